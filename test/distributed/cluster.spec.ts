import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { stockClients } from '../lib/clients.js';
import { clientTour, type Tourists } from '../lib/client-tour.js';
import { PATIENT } from '../lib/commands.js';
import { HOSTS, testCluster, type TestCluster } from '../lib/cluster.js';
import { eventually } from '../lib/eventually.js';

const SLEEP = { image: 'busybox', command: PATIENT };

describe('the distributed footprint', () => {
  let cluster: TestCluster;
  let demo: ApiClient;
  let admin: ApiClient;

  beforeAll(async () => {
    cluster = await testCluster();
    demo = await cluster.client('demo');
    admin = await cluster.client('admin');
    await demo.deleteAll();
  });

  afterAll(async () => {
    await demo?.deleteAll();
    await cluster?.leave();
  });

  describe('with the stock clients', () => {
    let tourists: Tourists;

    beforeAll(async () => {
      tourists = {
        demo: await stockClients(cluster.credentials('demo')),
        admin: await stockClients(cluster.credentials('admin')),
        hosts: HOSTS.map(({ name }) => name),
      };
    });

    clientTour(() => tourists);
  });

  describe('placement', () => {
    afterEach(() => demo.deleteAll());

    /** Runs that many alike, and tells where they are when all of them run. */
    async function hostsOf(count: number, request: Record<string, unknown>): Promise<string[]> {
      const asked = await Promise.all(Array.from({ length: count }, (_, n) => demo.run({ ...SLEEP, name: `p${n}`, ...request })));
      await Promise.all(asked.map(({ uuid }) => demo.reaches(uuid, 'Running')));
      const seen = await Promise.all(asked.map(({ uuid }) => admin.container(uuid)));
      return seen.map(({ host }) => String(host));
    }

    it('spreads containers over the hosts', async () => {
      const hosts = await hostsOf(6, { memory: '256', cpu: 0.5 });
      expect(new Set(hosts)).toEqual(new Set(['host-1', 'host-2']));
      expect(Math.abs(count(hosts, 'host-1') - count(hosts, 'host-2'))).toBeLessThanOrEqual(2);
    });

    it('never chooses a host that is too small', async () => {
      const hosts = await hostsOf(4, { memory: '512' });
      expect(hosts).not.toContain('host-small');
    });

    it('obeys a label that a hint asks for', async () => {
      const hosts = await hostsOf(2, { hints: { 'label:rack': 'r2' } });
      expect(hosts).toEqual(['host-2', 'host-2']);
    });

    it.each([
      ['memory', { memory: '4096' }],
      ['cpu', { cpu: 8 }],
      ['disk', { disk: 100 }],
    ])('says why when no host has enough %s', async (_resource, request) => {
      const { uuid } = await demo.run({ ...SLEEP, name: 'giant', ...request });
      const seen = await demo.reaches(uuid, 'Error');
      expect(seen.status_reason).toBe('There are not enough hosts available.');
      expect((await admin.container(uuid)).host ?? null).toBeNull();
    });

    it('gives back what a deleted container held', async () => {
      const fits = { memory: '2048', cpu: 0.5 };
      for (const round of [1, 2]) {
        expect(new Set(await hostsOf(2, fits)), `round ${round}`).toEqual(new Set(['host-1', 'host-2']));
        await demo.deleteAll();
      }
      await eventually(
        () => usedMemory(admin),
        (used) => used.every((mib) => mib === 0),
        { describe: 'no host has memory in use' },
      );
    });
  });

  it('another tenant sees nothing of it', async () => {
    const { uuid } = await demo.run({ ...SLEEP, name: 'private' });
    const other = await cluster.client('other');
    expect((await other.request('GET', `/containers/${uuid}`)).status).toBe(404);
    expect(await other.containers()).toEqual([]);
  });

  it('goes on through the other API copy when one is killed', async () => {
    await cluster.kill('api-1');
    const made: ContainerView = await demo.run({ ...SLEEP, name: 'survivor' });
    await demo.reaches(made.uuid, 'Running');
    await cluster.start('api-1');
  });
});

const count = (hosts: readonly string[], host: string): number => hosts.filter((one) => one === host).length;

async function usedMemory(admin: ApiClient): Promise<number[]> {
  const { hosts } = await admin.call<{ hosts: { mem_used: number }[] }>('GET', '/hosts');
  return hosts.map(({ mem_used }) => mem_used);
}
