import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { comesToRest } from '../lib/books.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { COUNTS_STARTS } from '../lib/engine-watch.js';
import { eventually } from '../lib/eventually.js';
import { IMPATIENT, TWO_HOSTS } from '../lib/two-hosts.js';

/** Longer than a message is delivered again when its handler just fails. */
const OUTAGE_MS = 7_000;
const RUNS = { image: 'busybox', command: COUNTS_STARTS };

describe('while the database is away', () => {
  let cluster: TestCluster;
  let demo: ApiClient;
  let admin: ApiClient;
  let [runs, ends]: ContainerView[] = [];

  beforeAll(async () => {
    cluster = await testCluster({ hosts: TWO_HOSTS, settings: IMPATIENT });
    [demo, admin] = await Promise.all([cluster.client('demo'), cluster.client('admin')]);
    expect((await admin.request('GET', '/services')).status).toBe(200);
    [runs, ends] = await Promise.all(['runs', 'ends'].map((name) => demo.run({ ...RUNS, name })));
    await Promise.all([runs, ends].map((one) => demo.reaches(one!.uuid, 'Running')));
    await cluster.kill('mariadb');
  });

  afterAll(async () => {
    await cluster?.start('mariadb');
    await cluster?.leave();
  });

  it.each([
    ['GET', '/containers', undefined],
    ['POST', '/containers?run=true', { ...RUNS, name: 'never' }],
    ['GET', '/services', undefined],
  ])('%s %s gets 503 soon', async (method, path, body) => {
    const began = performance.now();
    const { status, text } = await admin.request(method, path, { body });
    expect({ status, text }).toMatchObject({ status: 503, text: expect.not.stringMatching(/ECONN|SQL/i) as string });
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('what happens to a container meanwhile is not forgotten', async () => {
    await engineCall(cluster.engine.socket, 'POST', `/containers/zun-${ends!.uuid}/kill?signal=KILL`);
    await sleep(OUTAGE_MS);
  });

  it('nothing crashes, and all is well when it is back', async () => {
    const ours = cluster.names.filter((name) => /^(api|scheduler|compute)/.test(name));
    expect(ours.filter((name) => !cluster.isRunning(name))).toEqual([]);
    await cluster.start('mariadb');
    await eventually(
      async () => (await demo.request('GET', '/containers')).status,
      (status) => status === 200,
      { describe: 'reads are answered' },
    );
    await demo.reaches(ends!.uuid, 'Stopped');
    await demo.reaches(runs!.uuid, 'Running');
    const { uuid } = await demo.run({ ...RUNS, name: 'afterwards' });
    await demo.reaches(uuid, 'Running');
    await comesToRest(cluster);
  });
});
