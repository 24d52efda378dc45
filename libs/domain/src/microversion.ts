/** An API microversion `major.minor`, ordered. */
export class Microversion {
  private constructor(
    readonly major: number,
    readonly minor: number,
  ) {}

  /** @returns null when `text` is not `int.int`. */
  static tryParse(text: string): Microversion | null {
    const match = /^(\d+)\.(\d+)$/.exec(text);
    return match ? new Microversion(Number(match[1]), Number(match[2])) : null;
  }

  /** @throws Error when `text` is no version: for constants of our own, not for input. */
  static of(text: string): Microversion {
    const version = Microversion.tryParse(text);
    if (!version) throw new Error(`not a microversion: ${text}`);
    return version;
  }

  isBefore(other: Microversion): boolean {
    return this.major !== other.major ? this.major < other.major : this.minor < other.minor;
  }

  isAtLeast(other: Microversion): boolean {
    return !this.isBefore(other);
  }

  toString(): string {
    return `${this.major}.${this.minor}`;
  }
}

export const MIN_VERSION = Microversion.of('1.1');
export const MAX_VERSION = Microversion.of('1.41');
