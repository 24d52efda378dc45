import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { comesToRest } from '../lib/books.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { COUNTS_STARTS, startsOf } from '../lib/engine-watch.js';
import { IMPATIENT, TWO_HOSTS } from '../lib/two-hosts.js';

const RUNS = { image: 'busybox', command: COUNTS_STARTS };
/** No request of these may wait for the broker for long. */
const PROMPT_MS = 3_000;

describe('while the broker is away', () => {
  let cluster: TestCluster;
  let demo: ApiClient;
  let [toStop, toDelete, toAsk]: ContainerView[] = [];
  let made: ContainerView;

  beforeAll(async () => {
    cluster = await testCluster({ hosts: TWO_HOSTS, settings: IMPATIENT });
    demo = await cluster.client('demo');
    [toStop, toDelete, toAsk] = await Promise.all(['to-stop', 'to-delete', 'to-ask'].map((name) => demo.run({ ...RUNS, name })));
    await Promise.all([toStop, toDelete, toAsk].map((one) => demo.reaches(one!.uuid, 'Running')));
    await cluster.kill('rabbitmq');
  });

  afterAll(async () => {
    await cluster?.start('rabbitmq');
    await cluster?.leave();
  });

  async function promptly<T>(work: Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work;
    expect(performance.now() - began).toBeLessThan(PROMPT_MS);
    return result;
  }

  it('reads go on', async () => {
    const [one, list, actions] = await promptly(
      Promise.all([
        demo.request('GET', `/containers/${toAsk!.uuid}`),
        demo.request('GET', '/containers'),
        demo.request('GET', `/containers/${toAsk!.uuid}/container_actions`),
      ]),
    );
    expect([one.status, list.status, actions.status]).toEqual([200, 200, 200]);
  });

  it('writes are acknowledged', async () => {
    const created = await promptly(
      demo.request<ContainerView>('POST', '/containers?run=true', { body: { ...RUNS, name: 'made-meanwhile' } }),
    );
    expect({ status: created.status, shown: created.body.status }).toEqual({ status: 202, shown: 'Creating' });
    made = created.body;
    const stopped = await promptly(demo.request('POST', `/containers/${toStop!.uuid}/stop`));
    const deleted = await promptly(demo.request('DELETE', `/containers/${toDelete!.uuid}?stop=true`));
    expect([stopped.status, deleted.status]).toEqual([202, 204]);
  });

  it.each([
    ['GET', 'logs'],
    ['GET', 'top'],
    ['GET', 'stats'],
    ['POST', 'execute?command=true'],
  ])('%s %s, which asks a host, says at once that it cannot', async (method, what) => {
    const answer = await promptly(demo.request(method, `/containers/${toAsk!.uuid}/${what}`));
    expect(answer.status).toBe(503);
  });

  it('a change of resources is refused, or done later, but never half', async () => {
    const answer = await promptly(demo.request('PATCH', `/containers/${toAsk!.uuid}`, { body: { memory: '128' } }));
    expect(answer.status).toBe(503);
  });

  it('nothing crashes', () => {
    const { names } = cluster;
    const ours = names.filter((name) => /^(api|scheduler|compute)/.test(name));
    expect(ours.filter((name) => !cluster.isRunning(name))).toEqual([]);
  });

  it('everything is done when it is back, without being asked for again', async () => {
    await cluster.start('rabbitmq');
    await Promise.all([demo.reaches(made.uuid, 'Running'), demo.reaches(toStop!.uuid, 'Stopped'), demo.isGone(toDelete!.uuid)]);
    await comesToRest(cluster);
    expect(await startsOf(cluster.engine, made.uuid)).toBe(1);
    expect((await demo.request('GET', `/containers/${toAsk!.uuid}/logs`)).status).toBe(200);
  });
});
