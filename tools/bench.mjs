#!/usr/bin/env node
/** `npm run bench`: figures and ratios of one run, side by side with their floors. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/apt.mjs';
import { measureLifecycle } from './lib/bench/lifecycle.mjs';
import { measureMessages } from './lib/bench/messages.mjs';
import { measureCreates, measurePages, measureReads } from './lib/bench/reads.mjs';
import { renderReport } from './lib/bench/report.mjs';
import { seedContainers, seedMany } from './lib/bench/seed.mjs';
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
measures in one run: reads (also of a million rows) and creates against a bare Fastify server doing the same SQL, create-to-Running
against the engine alone, one call over each transport, the memory of each idle service. Prints a table of ratios; machines are noisy, ratios less so.

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
  const cluster = await describe(dir, PORT_BASE, socket);
  await step('Cluster', () => cluster.up());
  let measured;
  try {
    measured = await measure(cluster, socket, quick);
  } finally {
    if (!keep) await step('Cluster stopped', () => cluster.down());
  }
  const writes = await measureWrites(await describe(join(dir, 'writes'), PORT_BASE + 20, socket), quick);
  return { ...measured, writes };
}

/**
 * @param {string} where
 * @param {number} portBase
 * @param {string} socket
 */
function describe(where, portBase, socket) {
  return createCluster({
    dir: where,
    portBase,
    dockerHost: `unix://${socket}`,
    hosts: [{ name: 'bench-host', cpus: 1_000_000, memoryMib: 100_000_000, diskGib: 100_000 }],
    settings: { quota: { driver: 'zun.common.quota.NoopQuotaDriver' } },
    forTests: true,
  });
}

/**
 * On a cluster of its own, which goes with all that was accepted: its host sleeps, and carries out nothing.
 * @param {import('./lib/cluster/cluster.mjs').Cluster} cluster
 * @param {boolean} quick
 */
async function measureWrites(cluster, quick) {
  await step('Cluster for writes', () => cluster.up());
  const processOf = (/** @type {string} */ wanted) => Number(cluster.status().find(({ name }) => name === wanted)?.pid);
  try {
    await waitForHosts(await openSession(cluster.credentials('admin')), 1);
    const session = await openSession(cluster.credentials('demo'));
    process.kill(processOf('compute-1'), 'SIGSTOP');
    return await step('Creates', () =>
      measureCreates({
        url: String(cluster.apiUrls[0]),
        pid: processOf('api-1'),
        session,
        database: { ...cluster.tester, database: 'zun' },
        rounds: quick ? 1 : 3,
        seconds: quick ? 2 : 5,
      }),
    );
  } finally {
    await cluster.kill('compute-1');
    await step('Cluster for writes removed', () => cluster.purge());
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
  const other = await openSession(cluster.credentials('other'));
  const owner = await ownerOf(other);
  const lastPage = await step('1,000,000 rows', (say) => seedMillion(database, owner, say));
  const pages = await step('Pages', () =>
    measurePages({
      url: String(cluster.apiUrls[0]),
      pid: Number(api?.pid),
      session: other,
      projectId: owner.projectId,
      database,
      lastPage,
      rounds: quick ? 1 : 3,
      seconds: quick ? 2 : 5,
    }),
  );
  return { at: new Date().toISOString(), node: process.version, reads, pages, lifecycle, messages, memory };
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

/**
 * @param {object} database
 * @param {{ projectId: string, userId: string }} owner
 * @param {import('./lib/steps.mjs').Say} say
 * @returns {Promise<{ marker: string, id: number }>} the container before the last page of 1,000
 */
async function seedMillion(database, { projectId, userId }, say) {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(database);
  try {
    await seedMany(connection, { projectId, userId, count: 1_000_000, say });
    const statement = 'SELECT id, uuid FROM container WHERE project_id = ? ORDER BY id DESC LIMIT 1 OFFSET 1000';
    const [rows] = await connection.query(statement, [projectId]);
    const [row] = /** @type {{ id: number, uuid: string }[]} */ (rows);
    return { marker: String(row?.uuid), id: Number(row?.id) };
  } finally {
    await connection.end();
  }
}

/** @param {import('./lib/cluster/cluster.mjs').Cluster} cluster */
async function idleMemory(cluster) {
  const services = cluster.status().filter(({ name }) => /^(api|scheduler|compute)-\d$/.test(name));
  return Object.fromEntries(services.map(({ name, memoryMib }) => [name, memoryMib]));
}
