import type { ContainerEvent } from '@zun/persistence';

/** How many are kept. */
const MOST = 1_000;

/** The newest events, without a gap: those who keep up need not read the database each. */
export class RecentEvents {
  private readonly events: ContainerEvent[] = [];

  /** @param from the number of the last event before them */
  constructor(private from: number) {}

  /** The number of the newest. */
  get head(): number {
    return this.events.at(-1)?.seq ?? this.from;
  }

  /** @param next those that follow on {@link head}; should some have been forgotten in between, they are all that is kept */
  push(next: readonly ContainerEvent[]): void {
    const [first] = next;
    if (first && first.seq !== this.head + 1) {
      this.events.length = 0;
      this.from = first.seq - 1;
    }
    this.events.push(...next);
    const surplus = this.events.splice(0, Math.max(0, this.events.length - MOST));
    this.from = surplus.at(-1)?.seq ?? this.from;
  }

  /** @returns all after this number; null when some of them are not here any more */
  after(seq: number): readonly ContainerEvent[] | null {
    if (seq < this.from) return null;
    return this.events.slice(this.events.length - (this.head - seq));
  }
}
