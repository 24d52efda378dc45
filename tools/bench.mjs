#!/usr/bin/env node
/** `npm run bench`: figures and ratios of one run, side by side with their floors. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/apt.mjs';
import { measureLifecycle } from './lib/bench/lifecycle.mjs';
import { measureMessages } from './lib/bench/messages.mjs';
import { measureReads } from './lib/bench/reads.mjs';
import { renderReport } from './lib/bench/report.mjs';
import { seedContainers } from './lib/bench/seed.mjs';
import { build } from './lib/build.mjs';
import { CLUSTER_PACKAGES, createCluster } from './lib/cluster/cluster.mjs';
import { ensureDocker } from './lib/docker.mjs';
import { ensureImages, IMAGE_PACKAGES } from './lib/images.mjs';
import { demandNode } from './lib/node.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { home } from './lib/paths.mjs';
import { createSteps, main } from './lib/steps.mjs';
import { openSession, waitForHosts } from './lib/zun-api.mjs';

const PORT_BASE = 20500;
const HELP = `Usage: npm run bench -- [--quick] [--json <file>] [--keep]

Brings up a cluster of its own under .zun/bench (MariaDB, RabbitMQ, Keystone, our services, on this machine's Docker), and
measures in one run: reads against a bare Fastify server doing the same SQL, create-to-Running against the engine alone, one call over each
transport, the memory of each idle service. Prints a table of ratios; machines are noisy, ratios less so.

  --quick        shorter rounds
  --json <file>  where the figures go; default .zun/bench/report.json
  --keep         leaves the cluster running
`;

const dir = join(home, 'bench');
const { step, print } = createSteps();

await main(async () => {
  const { values } = parseArgs({
    options: { help: { type: 'boolean' }, quick: { type: 'boolean' }, keep: { type: 'boolean' }, json: { type: 'string' } },
  });
  if (values.help) return print(HELP);
  const report = await bench({ quick: values.quick === true, keep: values.keep === true });
  const file = values.json ?? join(dir, 'report.json');
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`\n${renderReport(report)}\n\nThe figures: ${relative(process.cwd(), file)}`);
});

/** @param {{ quick: boolean, keep: boolean }} options */
async function bench({ quick, keep }) {
  await step('Node', (say) => say(demandNode()));
  await step('Debian packages', (say) => ensurePackages([...CLUSTER_PACKAGES, ...IMAGE_PACKAGES, 'wrk'], say));
  await step('npm packages', ensureNpmPackages);
  await step('Build', build);
  const socket = await step('Container engine', (say) => ensureDocker(home, say));
  await step('First images', (say) => ensureImages(socket, say));
  const cluster = await createCluster({
    dir,
    portBase: PORT_BASE,
    dockerHost: `unix://${socket}`,
    hosts: [{ name: 'bench-host', cpus: 64, memoryMib: 65_536, diskGib: 100 }],
    settings: { quota: { driver: 'zun.common.quota.NoopQuotaDriver' } },
    forTests: true,
  });
  await step('Cluster', () => cluster.up());
  try {
    return await measure(cluster, socket, quick);
  } finally {
    if (!keep) await step('Cluster stopped', () => cluster.down());
  }
}

/**
 * @param {import('./lib/cluster/cluster.mjs').Cluster} cluster
 * @param {string} socket
 * @param {boolean} quick
 */
async function measure(cluster, socket, quick) {
  const admin = await openSession(cluster.credentials('admin'));
  await waitForHosts(admin, 1);
  const session = await openSession(cluster.credentials('demo'));
  const { projectId, userId } = await ownerOf(session);
  const database = { ...cluster.tester, database: 'zun' };
  const memory = await step('Memory of idle services', () => idleMemory(cluster));
  const lifecycle = await step('Create to Running', () =>
    measureLifecycle({ session, socket, projectId, rounds: quick ? 5 : 20 }),
  );
  const messages = await step('Messages', () =>
    measureMessages({ brokerUrl: cluster.transportUrl.replace('rabbit:', 'amqp:'), calls: 1_000 }),
  );
  await step('10,000 rows', () => seed(database, projectId, userId));
  const api = cluster.status().find(({ name }) => name === 'api-1');
  const reads = await step('Reads', () =>
    measureReads({
      url: String(cluster.apiUrls[0]),
      pid: Number(api?.pid),
      session,
      projectId,
      database,
      rounds: quick ? 1 : 3,
      seconds: quick ? 2 : 5,
    }),
  );
  return { at: new Date().toISOString(), node: process.version, reads, lifecycle, messages, memory };
}

/**
 * Who a session is, read off a container it makes.
 * @param {import('./lib/zun-api.mjs').Session} session
 */
async function ownerOf(session) {
  const made = await session.call('POST', '/containers', { image: 'busybox', cpu: 0.1, memory: 64 });
  return { projectId: made.project_id, userId: made.user_id };
}

/**
 * @param {object} database
 * @param {string} projectId
 * @param {string} userId
 */
async function seed(database, projectId, userId) {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(database);
  try {
    await seedContainers(connection, { projectId, userId, count: 10_000 });
  } finally {
    await connection.end();
  }
}

/** @param {import('./lib/cluster/cluster.mjs').Cluster} cluster */
async function idleMemory(cluster) {
  const services = cluster.status().filter(({ name }) => /^(api|scheduler|compute)-\d$/.test(name));
  return Object.fromEntries(services.map(({ name, memoryMib }) => [name, memoryMib]));
}
