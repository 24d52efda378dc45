import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, logIn } from '../lib/api-client.js';
import { testCluster, type TestCluster } from '../lib/cluster.js';
import { eventually } from '../lib/eventually.js';
import { TWO_HOSTS } from '../lib/two-hosts.js';

describe('while Keystone is away', () => {
  let cluster: TestCluster;
  /** Has been here before; the other has logged in, but not shown its token to this copy of the API. */
  let known: ApiClient;
  let unknown: ApiClient;
  let admin: ApiClient;

  beforeAll(async () => {
    cluster = await testCluster({ hosts: TWO_HOSTS });
    const url = cluster.apiUrls[0];
    known = await ApiClient.logIn(cluster.credentials('demo'), url);
    expect((await known.request('GET', '/containers')).status).toBe(200);
    unknown = new ApiClient(url!, (await logIn(cluster.credentials('other'))).token);
    admin = await ApiClient.logIn(cluster.credentials('admin'), url);
    await admin.call('PUT', '/quotas/nobody', { containers: 1 });
    await cluster.kill('keystone');
  });

  afterAll(async () => {
    await cluster?.start('keystone');
    await cluster?.leave();
  });

  it('a token that was seen before goes on, for reads and writes', async () => {
    expect((await known.request('GET', '/containers')).status).toBe(200);
    const { uuid } = await known.run({ image: 'busybox', command: ['true'], name: 'without-keystone' });
    await known.reaches(uuid, 'Stopped');
    expect((await known.request('DELETE', `/containers/${uuid}`)).status).toBe(204);
    await known.isGone(uuid);
  });

  it('one that was not gets 503, not 401: nobody is to log in again for this', async () => {
    const began = performance.now();
    expect((await unknown.request('GET', '/containers')).status).toBe(503);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('no project counts as deleted: nothing is listed as left behind, and no purge is accepted', async () => {
    for (const [method, path] of [
      ['GET', '/leftovers'],
      ['DELETE', '/leftovers/nobody'],
    ] as const) {
      expect((await admin.request(method, path)).status).toBe(503);
    }
  });

  it('a request without a token gets 401', async () => {
    expect((await known.request('GET', '/containers', { token: null })).status).toBe(401);
  });

  it('it is let in when Keystone is back', async () => {
    await cluster.start('keystone');
    await eventually(
      async () => (await unknown.request('GET', '/containers')).status,
      (status) => status === 200,
      { describe: 'the token is accepted' },
    );
    const { leftovers } = await admin.call<{ leftovers: unknown[] }>('GET', '/leftovers');
    expect(leftovers).toMatchObject([{ project_id: 'nobody', quotas: 1, purge_requested_at: null }]);
  });
});
