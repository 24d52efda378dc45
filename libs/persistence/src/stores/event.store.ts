import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { Database } from '../database.js';
import type { ContainerEventRow, EventClockRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';

/** An event that has its number. */
export type ContainerEvent = ContainerEventRow & { readonly seq: number };

/** How many events are numbered, or forgotten, in one transaction. */
const BATCH = 500;
const CLOCK_NAME = 'container';

/**
 * The events of containers. Transactions do not end in the order in which they have written, so that whoever reads on from the highest id
 * would miss what a slower one has written before: events are numbered when they can be seen, by one at a time.
 */
@Injectable()
export class EventStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Numbers every event that can be seen and has no number. Anybody may, at any time. */
  async sequence(): Promise<void> {
    for (;;) {
      const [waiting] = await this.db.read('SELECT id FROM container_event WHERE seq IS NULL LIMIT 1');
      if (waiting === undefined || (await this.sequenceBatch()) < BATCH) return;
    }
  }

  /** Where the numbers are. A database without any begins to count now. */
  async position(): Promise<EventClockRow> {
    const [row] = await this.db.read<EventClockRow>('SELECT * FROM event_clock');
    if (row) return row;
    const first = { name: CLOCK_NAME, epoch: randomBytes(4).toString('hex'), last_seq: 0, pruned_seq: 0 };
    await this.db.transaction((tx) => tx.insertIfAbsent('event_clock', first));
    return this.position();
  }

  /** @returns the next events after this number, in order */
  read(after: number, limit: number): Promise<ContainerEvent[]> {
    return this.db.read<ContainerEvent>(`SELECT * FROM container_event WHERE seq > ? ORDER BY seq LIMIT ${limit}`, [after]);
  }

  /** Forgets what was numbered before `before` (milliseconds since the epoch). */
  async prune(before: number): Promise<void> {
    const limit = toUtcTime(before);
    for (;;) {
      const { pruned_seq: pruned } = await this.position();
      const oldest = (await this.read(pruned, BATCH)).filter(({ sequenced_at: at }) => at! < limit);
      const last = oldest.at(-1);
      if (!last) return;
      await this.db.transaction(async (tx) => {
        await tx.lock('event_clock', 'name', CLOCK_NAME);
        await tx.execute('UPDATE event_clock SET pruned_seq = ? WHERE pruned_seq < ?', [last.seq, last.seq]);
        await tx.execute('DELETE FROM container_event WHERE seq <= ?', [last.seq]);
      });
    }
  }

  /** @returns how many it has numbered */
  private async sequenceBatch(): Promise<number> {
    await this.position();
    const now = toUtcTime(this.clock.now());
    return this.db.transaction(async (tx) => {
      // Before anything else is read: what another one has numbered meanwhile must be seen.
      const clock = await tx.lock<EventClockRow>('event_clock', 'name', CLOCK_NAME);
      const waiting = await tx.query<{ id: number }>(
        `SELECT id FROM container_event WHERE seq IS NULL ORDER BY id LIMIT ${BATCH}`,
      );
      let seq = Number(clock!.last_seq);
      // One by one, by their key: a statement about many might wait for rows of transactions that are under way.
      for (const { id } of waiting) {
        seq += 1;
        await tx.execute('UPDATE container_event SET seq = ?, sequenced_at = ? WHERE id = ?', [seq, now, id]);
      }
      await tx.execute('UPDATE event_clock SET last_seq = ?', [seq]);
      return waiting.length;
    });
  }
}
