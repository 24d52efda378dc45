import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../lib/api-client.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { PATIENT } from '../lib/commands.js';
import { LiveAnswer } from '../lib/live.js';
import { TWO_HOSTS } from '../lib/two-hosts.js';

describe('events of the distributed footprint', () => {
  let cluster: TestCluster;
  let demo: ApiClient;
  const open = (copy: 0 | 1, id?: string): Promise<LiveAnswer> =>
    LiveAnswer.open(demo, '/events', { url: cluster.apiUrls[copy], headers: id === undefined ? {} : { 'last-event-id': id } });

  beforeAll(async () => {
    cluster = await testCluster({ hosts: TWO_HOSTS });
    demo = await cluster.client('demo');
  });

  afterAll(async () => {
    await demo?.deleteAll();
    await cluster?.leave();
  });

  /** Creates that many containers at once through both copies. */
  const createMany = (count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, async (_, n) => (await demo.create({ name: `many-${n}`, image: 'busybox' })).uuid));

  it('are told by one copy of what is written through the other, and go on at the other when one is killed', async () => {
    const first = await open(0);
    await first.until('it says hello', ({ events }) => events.length > 0);
    const early = await createMany(10);
    const hasAll =
      (uuids: readonly string[]) =>
      ({ told }: LiveAnswer): boolean =>
        uuids.every((uuid) => told.some((data) => data.uuid === uuid && data.event === 'created'));
    await first.until('all creates are told', hasAll(early));
    const heard = first.events;
    const last = heard.at(-1)!.id;
    await cluster.kill('api-1');
    await first.until('it was cut off', ({ ended }) => ended === 'broken');
    const late = await createMany(10);
    const second = await open(1, last);
    await second.until('what came meanwhile is told', hasAll(late));
    expect(second.events.some(({ event }) => event === 'reset')).toBe(false);
    const seen = new Set(first.events.map(({ id }) => id));
    const again = second.events.filter(({ event, id }) => event === 'container' && seen.has(id));
    expect(again).toEqual([]);
    second.leave();
    await cluster.start('api-1');
  });

  it('wait at one copy for what is done through the other', async () => {
    const { uuid } = await demo.run({ name: 'awaited', image: 'busybox', command: PATIENT });
    const waiting = await LiveAnswer.open(demo, `/containers/${uuid}/wait?status=Running`, { url: cluster.apiUrls[1] });
    await waiting.until('the wait is over', ({ ended }) => ended === 'whole');
    expect(JSON.parse(waiting.text)).toMatchObject({ uuid, status: 'Running' });
  });
});
