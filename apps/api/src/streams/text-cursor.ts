/** A place in a text that comes in pieces. */
export class TextCursor {
  private text = '';
  private at = 0;

  constructor(private readonly pieces: AsyncIterator<string>) {}

  /** The next character that is no white space, without taking it; empty at the end. */
  async peek(): Promise<string> {
    for (;;) {
      while (this.at < this.text.length) {
        const character = this.text[this.at]!;
        if (!' \t\r\n'.includes(character)) return character;
        this.at++;
      }
      if (!(await this.more())) return '';
    }
  }

  /** Takes one character. */
  take(): void {
    this.at++;
  }

  /** What is here already and not taken; asks for more when that is nothing. Empty at the end. */
  async rest(): Promise<string> {
    if (this.at >= this.text.length && !(await this.more())) return '';
    return this.text.slice(this.at);
  }

  /** Takes so many characters of {@link rest}. */
  skip(count: number): void {
    this.at += count;
  }

  /** Has the next piece come after what is not taken. @returns false at the end */
  async more(): Promise<boolean> {
    const next = await this.pieces.next();
    if (next.done) return false;
    this.text = this.text.slice(this.at) + next.value;
    this.at = 0;
    return true;
  }
}
