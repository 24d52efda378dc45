import { availableParallelism } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostSize } from '../../tools/lib/cluster/services.mjs';
import type { ApiClient, ContainerView } from '../lib/api-client.js';
import { expectBooksAddUp, expectBooksAtZero, readBooks } from '../lib/books.js';
import { testCluster, type TestCluster, type TestClusterOptions } from '../lib/cluster.js';
import { eventually } from '../lib/eventually.js';

/** Room for 12 and 8 containers of 128 MiB, and some that is too little for one more. */
const ROOM_FOR_20: readonly HostSize[] = [
  { name: 'host-1', cpus: 8, memoryMib: 12 * 128 + 100, diskGib: 40 },
  { name: 'host-2', cpus: 8, memoryMib: 8 * 128 + 100, diskGib: 40 },
];
const SMALL = { image: 'busybox', command: ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'], memory: '128' };

let cluster: TestCluster;
let admin: ApiClient;
let demo: ApiClient;

function withCluster(options: TestClusterOptions): void {
  beforeAll(async () => {
    cluster = await testCluster(options);
    [admin, demo] = await Promise.all([cluster.client('admin'), cluster.client('demo')]);
  });
  afterAll(() => cluster?.leave());
  beforeEach(() => expectBooksAtZero(cluster));
  afterEach(async () => {
    await demo.deleteAll();
    await expectBooksAtZero(cluster);
  });
}

/** Asks for that many at once. */
function ask(count: number, more: object = {}): Promise<{ status: number; text: string; body: ContainerView }[]> {
  const requests = Array.from({ length: count }, (_, n) => ({ body: { ...SMALL, ...more, name: `racer-${n}` } }));
  return Promise.all(requests.map((request) => demo.request<ContainerView>('POST', '/containers?run=true', request)));
}

/** Waits until nothing is under way; sees as the admin, who is shown the hosts. */
async function settled(count: number): Promise<ContainerView[]> {
  return eventually(
    () => admin.containers('?all_projects=true&limit=1000'),
    (seen) => seen.length === count && seen.every(({ status, task_state }) => status !== 'Creating' && task_state === null),
    { describe: `${count} containers have come to an end`, timeoutMs: 60_000, show: (seen) => summary(seen) },
  );
}

async function claimsOn(host: string): Promise<number> {
  return (await readBooks(cluster)).allocations.filter(({ hostname }) => hostname === host).length;
}

const summary = (seen: readonly ContainerView[]): string =>
  seen
    .map(({ status, host }) => `${status}@${host}`)
    .sort()
    .join(' ');
const countOn = (seen: readonly ContainerView[], host: string): number => seen.filter((one) => one.host === host).length;

describe('two schedulers and room for 20', () => {
  withCluster({ hosts: ROOM_FOR_20, settings: { quota: { containers: -1 } } });

  it('run exactly 20 of 50 that are asked for at once, and tell the others why not', async () => {
    const answers = await ask(50);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 202));
    const seen = await settled(50);
    const running = seen.filter(({ status }) => status === 'Running');
    expect({ running: running.length, onFirst: countOn(running, 'host-1'), onSecond: countOn(running, 'host-2') }).toEqual({
      running: 20,
      onFirst: 12,
      onSecond: 8,
    });
    const others = seen.filter(({ status }) => status !== 'Running');
    for (const { status, status_reason, host } of others) {
      expect({ status, status_reason, host }).toEqual({
        status: 'Error',
        status_reason: 'There are not enough hosts available.',
        host: null,
      });
    }
    await expectBooksAddUp(cluster);
  });
});

describe('a host with room left, disabled while containers are placed', () => {
  withCluster({
    hosts: [
      { name: 'host-1', cpus: 8, memoryMib: 4096, diskGib: 40 },
      { name: 'host-2', cpus: 8, memoryMib: 6 * 128 + 100, diskGib: 40 },
    ],
  });

  it('gets nothing any more from the moment on', async () => {
    const service = { host: 'host-1', binary: 'zun-compute' };
    const asking = ask(8);
    await admin.call('PUT', '/services/disable', { ...service, disabled_reason: 'maintenance' });
    const claims = await claimsOn('host-1');
    await asking;
    await ask(8);
    const seen = await settled(16);
    expect({ first: countOn(seen, 'host-1'), second: countOn(seen, 'host-2') }).toEqual({ first: claims, second: 6 });
    await expectBooksAddUp(cluster);
  });
});

describe('a quota of 10 containers', () => {
  withCluster({ hosts: [{ name: 'host-1', cpus: 8, memoryMib: 8192, diskGib: 100 }], settings: { quota: { containers: 10 } } });

  it('lets exactly 10 of 40 in that are asked for at once', async () => {
    const answers = await ask(40);
    const refused = answers.filter(({ status }) => status === 403);
    expect({ accepted: answers.filter(({ status }) => status === 202).length, refused: refused.length }).toEqual({
      accepted: 10,
      refused: 30,
    });
    for (const { text } of refused) expect(text).toMatch(/quota/i);
    const seen = await settled(10);
    expect(seen.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'Running'));
    await expectBooksAddUp(cluster);
  });
});

describe('a host that dedicates its processors', () => {
  withCluster({
    hosts: [{ name: 'host-1', cpus: 64, memoryMib: 65_536, diskGib: 100 }],
    settings: { compute: { enable_cpu_pinning: true }, quota: { containers: -1, cpu: -1, memory: -1 } },
  });

  it('gives each to one of 100 that are asked for at once', async () => {
    const processors = availableParallelism();
    await ask(100, { cpu: 1, cpu_policy: 'dedicated' });
    const seen = await settled(100);
    expect(seen.filter(({ status }) => status === 'Running')).toHaveLength(processors);
    await expectBooksAddUp(cluster);
    const { pins } = await readBooks(cluster);
    expect(new Set(pins.map(({ cpu }) => cpu)).size).toBe(processors);
  });
});
