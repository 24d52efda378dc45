import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@zun/domain';
import { CLOCK, EventStore, type ContainerEvent } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { LOGGER } from '../options.js';
import { formatCursor, parseCursor } from './event-cursor.js';
import { RecentEvents } from './recent-events.js';

const POLL_MS = 250;
/** Proxies take a connection for dead on which nothing comes. */
const ALIVE_MS = 15_000;
/** How many events are read at a time. */
const PAGE = 500;

/** What a watcher is told; `cursor` is where it is then. */
export type Tick =
  | { readonly kind: 'hello' | 'alive'; readonly cursor: string }
  | { readonly kind: 'reset'; readonly cursor: string; readonly reason: string }
  | { readonly kind: 'event'; readonly cursor: string; readonly event: ContainerEvent };

export interface WatchOptions {
  /** Where to go on; null: now. */
  readonly after: string | null;
  readonly wants: (event: ContainerEvent) => boolean;
  /** Ends the watch, quietly. */
  readonly signal: AbortSignal;
}

/**
 * Hands the events of containers to those who watch in this copy of the API. While there are some, one reader asks the database for what is
 * new. Each watcher goes on at its own pace, from what is kept for all of them or, when it is slow, from the database: nothing is queued
 * for it.
 */
@Injectable()
export class EventFeed {
  private watchers = 0;
  private reader: Promise<void> = Promise.resolve();
  private recent: Promise<{ events: RecentEvents; epoch: string }> | null = null;
  private readonly waiting = new Set<AbortController>();

  constructor(
    private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Begins with `hello`, from which on nothing is missed; then what is wanted, as it comes. */
  async *watch({ after, wants, signal }: WatchOptions): AsyncGenerator<Tick, void, undefined> {
    const leave = this.enter();
    try {
      const { events: recent, epoch } = await this.recent!;
      const at = (seq: number): string => formatCursor(epoch, seq);
      const resumed = after === null ? recent.head : await this.parse(after, epoch);
      let seq = resumed ?? recent.head;
      let saidAt = this.clock.now();
      yield { kind: 'hello', cursor: at(seq) };
      if (resumed === null) yield { kind: 'reset', cursor: at(seq), reason: 'The cursor is unknown here.' };
      while (!signal.aborted) {
        const page = await this.page(recent, seq);
        if (page === null) {
          seq = recent.head;
          yield { kind: 'reset', cursor: at(seq), reason: 'Events after the cursor are not kept any more.' };
        }
        for (const event of page ?? []) {
          if (signal.aborted) return;
          seq = event.seq;
          if (!wants(event)) continue;
          yield { kind: 'event', cursor: at(seq), event };
          saidAt = this.clock.now();
        }
        if (seq < recent.head) continue;
        if (this.clock.now() - saidAt >= ALIVE_MS) {
          yield { kind: 'alive', cursor: at(seq) };
          saidAt = this.clock.now();
        } else await this.pause(saidAt + ALIVE_MS - this.clock.now(), signal);
      }
    } finally {
      leave();
    }
  }

  /** @returns null for a cursor that was never given out */
  private async parse(after: string, epoch: string): Promise<number | null> {
    const seq = parseCursor(after, epoch);
    return seq === null || seq > (await this.store.position()).last_seq ? null : seq;
  }

  /** @returns events after this number, none at the end; null when some are forgotten */
  private async page(recent: RecentEvents, seq: number): Promise<readonly ContainerEvent[] | null> {
    // Another copy of the API may have been quicker.
    const kept = seq <= recent.head ? recent.after(seq) : [];
    if (kept) return kept;
    const page = await this.store.read(seq, PAGE);
    // Asked afterwards: they may have been forgotten meanwhile.
    return (await this.store.position()).pruned_seq > seq ? null : page;
  }

  /** @returns what is to be called, once, in the end */
  private enter(): () => void {
    this.watchers += 1;
    if (this.recent === null) {
      const begun = this.begin();
      begun.catch(() => (this.recent = null));
      this.recent = begun;
      this.reader = this.reader.then(() => this.readOn());
    }
    return () => void (this.watchers -= 1);
  }

  private async begin(): Promise<{ events: RecentEvents; epoch: string }> {
    await this.store.sequence();
    const { epoch, last_seq: head } = await this.store.position();
    return { events: new RecentEvents(head), epoch };
  }

  private async readOn(): Promise<void> {
    let hasFailed = false;
    while (this.watchers > 0 && this.recent !== null) {
      try {
        await this.store.sequence();
        await this.readNew((await this.recent).events);
        hasFailed = false;
      } catch (err) {
        if (!hasFailed) this.logger.warn({ err }, 'events cannot be read; it goes on trying');
        hasFailed = true;
      }
      await this.clock.sleep(POLL_MS);
    }
    this.recent = null;
  }

  private async readNew(recent: RecentEvents): Promise<void> {
    for (;;) {
      const page = await this.store.read(recent.head, PAGE);
      if (page.length === 0) return;
      recent.push(page);
      for (const one of this.waiting) one.abort();
    }
  }

  /** Until there is something new, for so many milliseconds at most. */
  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.waiting.add(woken);
    try {
      await this.clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
    } finally {
      this.waiting.delete(woken);
    }
  }
}
