import { systemClock } from '@zun/domain';
import type { ContainerEvent, EventStore } from '@zun/persistence';
import { silentLogger } from '@zun/telemetry';
import { beforeEach, expect, it } from 'vitest';
import { EventFeed, type Tick } from './event-feed.js';

/** As many events as are written, numbered from 1; those before `pruned` are forgotten. */
class Books {
  last = 0;
  pruned = 0;
  reads = 0;
  async sequence(): Promise<void> {
    // What is written here has its number.
  }
  async position(): Promise<object> {
    return { name: 'container', epoch: '0badcafe', last_seq: this.last, pruned_seq: this.pruned };
  }
  async read(after: number, limit: number): Promise<ContainerEvent[]> {
    this.reads += 1;
    const from = Math.max(after, this.pruned) + 1;
    const count = Math.max(0, Math.min(limit, this.last - from + 1));
    return Array.from({ length: count }, (_, n) => ({ seq: from + n, uuid: 'u' }) as ContainerEvent);
  }
}

let books: Books;
let feed: EventFeed;

beforeEach(() => {
  books = new Books();
  feed = new EventFeed(books as unknown as EventStore, systemClock, silentLogger);
});

function watch(after: string | null, signal = new AbortController().signal): AsyncGenerator<Tick, void, undefined> {
  return feed.watch({ after, wants: () => true, signal });
}
async function take(ticks: AsyncGenerator<Tick>, count: number): Promise<Tick[]> {
  const taken: Tick[] = [];
  while (taken.length < count) taken.push((await ticks.next()).value as Tick);
  return taken;
}
const cursors = (ticks: readonly Tick[]): string[] => ticks.map(({ cursor }) => cursor.split('-')[1]!);

it('tells those who keep up and those who do not the same, holding nothing for the slow', async () => {
  const [quick, slow] = [watch(null), watch(null)];
  await Promise.all([quick.next(), slow.next()]);
  books.last = 3_000;
  const all = Array.from({ length: 3_000 }, (_, n) => String(n + 1));
  expect(cursors(await take(quick, 3_000))).toEqual(all);
  const before = books.reads;
  expect(cursors(await take(slow, 3_000))).toEqual(all);
  // More than is kept in memory: it has read them itself.
  expect(books.reads - before).toBeGreaterThan(3);
  await Promise.all([quick.return(), slow.return()]);
});

it('says that it knows a cursor no more when what came after it is forgotten, also in the middle', async () => {
  books.last = 10;
  books.pruned = 5;
  for (const [cursor, kinds] of [
    ['0badcafe-4', ['hello', 'reset']],
    ['0badcafe-5', ['hello', 'event']],
    ['0badcafe-11', ['hello', 'reset']],
    ['deadbeef-7', ['hello', 'reset']],
    ['7', ['hello', 'reset']],
  ] as const) {
    const ticks = watch(cursor);
    expect((await take(ticks, 2)).map(({ kind }) => kind)).toEqual(kinds);
    await ticks.return();
  }
  const slow = watch('0badcafe-5');
  await take(slow, 2);
  books.last = 5_000;
  books.pruned = 4_000;
  const rest: Tick[] = [];
  while (rest.at(-1)?.kind !== 'reset') rest.push((await slow.next()).value as Tick);
  expect(cursors(rest.slice(0, -1))).toEqual(['7', '8', '9', '10']);
  await slow.return();
});

it('goes on from where a reader at another copy has come to, which this one has not read yet', async () => {
  const waiting = watch(null);
  await waiting.next();
  books.last = 3;
  const ahead = watch('0badcafe-3');
  expect(cursors(await take(ahead, 1))).toEqual(['3']);
  books.last = 4;
  expect(cursors(await take(ahead, 1))).toEqual(['4']);
  await Promise.all([waiting.return(), ahead.return()]);
});

it('ends quietly, and asks no more when nobody watches', async () => {
  const stop = new AbortController();
  const ticks = watch(null, stop.signal);
  await ticks.next();
  const next = ticks.next();
  stop.abort();
  expect((await next).done).toBe(true);
  await expect
    .poll(async () => {
      const before = books.reads;
      await systemClock.sleep(300);
      return books.reads - before;
    })
    .toBe(0);
});
