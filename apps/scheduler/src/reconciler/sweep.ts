/** One kind of repair, done over and over. May run at the same time in several schedulers. */
export interface Sweep {
  readonly name: string;
  /** @param isFirst true right after the start, when whatever is unfinished may have lost its messages */
  run(isFirst: boolean): Promise<void>;
}

export const SWEEPS = Symbol('Sweeps');
