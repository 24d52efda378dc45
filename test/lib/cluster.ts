import type { Cluster } from '../../tools/lib/cluster/cluster.mjs';
import type { HostSize } from '../../tools/lib/cluster/services.mjs';
import type { Sections } from '../../tools/lib/ini.mjs';
import type { PrivateEngine } from '../../tools/lib/private-engine.mjs';
import { testClusterOf } from '../../tools/lib/testing/places.mjs';
import { openSession, waitForHosts } from '../../tools/lib/zun-api.mjs';
import { ApiClient } from './api-client.js';
import { ensureBuilt } from './build.js';
import { clearEngine, testEngine } from './engine.js';

/** Two alike, and one too small for most. */
export const HOSTS: readonly HostSize[] = [
  { name: 'host-1', cpus: 4, memoryMib: 2048, diskGib: 20, labels: 'rack=r1' },
  { name: 'host-2', cpus: 4, memoryMib: 2048, diskGib: 20, labels: 'rack=r2' },
  { name: 'host-small', cpus: 1, memoryMib: 128, diskGib: 2, labels: 'rack=r3' },
];

/** No overcommitment, and quick to notice what died. */
const SETTINGS: Sections = {
  DEFAULT: { default_cpu: 0.1, default_memory: 64, default_disk: 1, periodic_interval_max: 2, service_down_time: 10 },
  scheduler: { enabled_filters: 'AvailabilityZoneFilter,ComputeFilter,RuntimeFilter,LabelFilter' },
  compute: { initial_cpu_allocation_ratio: 1, initial_ram_allocation_ratio: 1, initial_disk_allocation_ratio: 1 },
};

export interface TestClusterOptions {
  readonly hosts?: readonly HostSize[];
  /** Options of all our services to add or replace. */
  readonly settings?: Sections;
  readonly env?: NodeJS.ProcessEnv;
  /** With an image service. */
  readonly glance?: boolean;
}

/** The distributed footprint on servers and an engine of the tests' own. */
export interface TestCluster extends Cluster {
  readonly engine: PrivateEngine;
  client(user: 'admin' | 'demo' | 'other' | 'reader'): Promise<ApiClient>;
  /** Waits until all hosts report. */
  hostsReport(): Promise<void>;
  /** Stops our services; the servers, which are slow to start, run on for the next test. */
  leave(): Promise<void>;
}

/**
 * Brings the cluster up with fresh services, an empty database and an empty engine; MariaDB, RabbitMQ and Keystone are shared
 * by all tests and kept running.
 * Call `leave` at the end.
 */
export async function testCluster({
  hosts = HOSTS,
  settings = {},
  env = {},
  glance,
}: TestClusterOptions = {}): Promise<TestCluster> {
  await ensureBuilt();
  const engine = await testEngine();
  const cluster = await testClusterOf({ hosts: [...hosts], settings: layered(SETTINGS, settings), env, glance });
  await cluster.leave();
  await cluster.upServers();
  await clearEngine(engine);
  await cluster.emptyDatabase();
  await cluster.up();
  const hostsReport = async (): Promise<void> => waitForHosts(await openSession(cluster.credentials('admin')), hosts.length);
  await hostsReport();
  return { ...cluster, engine, hostsReport, client: (user) => ApiClient.logIn(cluster.credentials(user)) };
}

function layered(base: Sections, over: Sections): Sections {
  const all = { ...base };
  for (const [section, options] of Object.entries(over)) all[section] = { ...all[section], ...options };
  return all;
}
