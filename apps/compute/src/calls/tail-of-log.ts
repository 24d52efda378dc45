/** Bytes of a log that are passed on: more could not travel in one message, and would hold up others. */
export const MAX_LOG_BYTES = 4 * 1024 * 1024;

const NEWLINE = 0x0a;

/** Keeps the last bytes of a stream, in little more memory than they need. */
export class TailOfLog {
  private chunks: Uint8Array[] = [];
  private size = 0;
  private isCut = false;

  constructor(private readonly limit = MAX_LOG_BYTES) {}

  add(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    while (this.size - this.chunks[0]!.length >= this.limit) {
      this.size -= this.chunks.shift()!.length;
      this.isCut = true;
    }
  }

  /** As text; what is no UTF-8 is replaced. A log that was cut begins with a line that says so, and with a whole line. */
  toString(): string {
    const all = Buffer.concat(this.chunks);
    if (!this.isCut && all.length <= this.limit) return decode(all);
    const kept = all.subarray(Math.max(0, all.length - this.limit));
    const newline = kept.indexOf(NEWLINE);
    const note = `[zun: this log is longer than ${this.limit} bytes; only its end is shown. Ask for fewer lines with tail, or later ones with since.]\n`;
    return note + decode(kept.subarray(newline + 1));
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
