import type { Clock } from '@zun/domain';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  private sleepers: Sleeper[] = [];

  constructor(private time = Date.parse('2026-01-01T00:00:00Z')) {}

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const abort = (): void => this.drop(sleeper);
      const wake = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { at: this.time + ms, wake };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets `ms` pass: wakes every sleeper whose time has come, in order, and lets its continuations run in between. */
  async advance(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    for (let next = this.nextBefore(until); next; next = this.nextBefore(until)) {
      this.time = Math.max(this.time, next.at);
      this.drop(next);
      await settle();
    }
    this.time = until;
    await settle();
  }

  /** How many wait just now. */
  get sleeping(): number {
    return this.sleepers.length;
  }

  private nextBefore(until: number): Sleeper | undefined {
    return this.sleepers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }

  private drop(sleeper: Sleeper): void {
    this.sleepers = this.sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}

/** Lets promises that are ready run on: several rounds, as one continuation readies the next. */
export async function settle(rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise<void>((resolve) => setImmediate(resolve));
}
