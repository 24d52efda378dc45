import { measureLifecycle } from './lifecycle.mjs';
import { measureMessages } from './messages.mjs';
import { measurePages, measureReads } from './reads.mjs';
import { seedContainers, seedMany } from './seed.mjs';
import { measureStreams } from './streams.mjs';
import { openSession, waitForHosts } from '../zun-api.mjs';

/**
 * @typedef {object} Bench what is measured, and how long
 * @property {import('../cluster/cluster.mjs').Cluster} cluster
 * @property {string} socket the engine's
 * @property {import('../zun-api.mjs').Session} session the project's that owns what is measured
 * @property {boolean} quick
 * @property {import('../cluster/cluster.mjs').Step} step
 */

/**
 * What is measured on hosts that work, in this order: each leaves things behind.
 * @type {Record<string, (bench: Bench) => Promise<unknown>>}
 */
export const PARTS = {
  memory: ({ cluster, step }) => step('Memory of idle services', () => idleMemory(cluster)),
  streams: ({ cluster, socket, session, quick, step }) =>
    step('Streams', () => measureStreams({ session, socket, freshServices: () => freshStreamers(cluster), quick })),
  lifecycle: async ({ socket, session, quick, step }) => {
    const { projectId } = await ownerOf(session);
    return step('Create to Running', () => measureLifecycle({ session, socket, projectId, rounds: quick ? 5 : 20 }));
  },
  messages: ({ cluster, step }) =>
    step('Messages', () => measureMessages({ brokerUrl: cluster.transportUrl.replace('rabbit:', 'amqp:'), calls: 1_000 })),
  reads,
  pages,
};

/**
 * @param {Omit<Bench, 'session'> & { parts: string[] }} options
 * @returns {Promise<Record<string, unknown>>} the figures by part
 */
export async function measureParts({ parts, ...bench }) {
  const { cluster } = bench;
  await waitForHosts(await openSession(cluster.credentials('admin')), 1);
  const session = await openSession(cluster.credentials('demo'));
  /** @type {Record<string, unknown>} */
  const figures = {};
  for (const [name, measure] of Object.entries(PARTS)) {
    if (parts.includes(name)) figures[name] = await measure({ ...bench, session });
  }
  return figures;
}

/** @param {import('../cluster/cluster.mjs').Cluster} cluster */
async function freshStreamers(cluster) {
  const names = /^(api|compute)-\d$/;
  for (const { name } of processesOf(cluster, names)) await cluster.restart(name);
  await waitForHosts(await openSession(cluster.credentials('admin')), 1);
  return processesOf(cluster, names);
}

/** @param {Bench} bench */
async function reads({ cluster, session, quick, step }) {
  const owner = await ownerOf(session);
  await step('10,000 rows', () => seed(databaseOf(cluster), owner));
  return step('Reads', () => measureReads({ ...load(cluster, quick), session, projectId: owner.projectId }));
}

/** @param {Bench} bench */
async function pages({ cluster, quick, step }) {
  const session = await openSession(cluster.credentials('other'));
  const owner = await ownerOf(session);
  const lastPage = await step('1,000,000 rows', (say) => seedMillion(databaseOf(cluster), owner, say));
  return step('Pages', () => measurePages({ ...load(cluster, quick), session, projectId: owner.projectId, lastPage }));
}

/**
 * @param {import('../cluster/cluster.mjs').Cluster} cluster
 * @param {boolean} quick
 */
function load(cluster, quick) {
  const [api] = processesOf(cluster, /^api-1$/);
  return {
    url: String(cluster.apiUrls[0]),
    pid: Number(api?.pid),
    database: databaseOf(cluster),
    rounds: quick ? 1 : 3,
    seconds: quick ? 2 : 5,
  };
}

/** @param {import('../cluster/cluster.mjs').Cluster} cluster */
const databaseOf = (cluster) => ({ ...cluster.tester, database: 'zun' });

/**
 * @param {import('../cluster/cluster.mjs').Cluster} cluster
 * @param {RegExp} names
 */
const processesOf = (cluster, names) =>
  cluster
    .status()
    .filter(({ name }) => names.test(name))
    .map(({ name, pid, memoryMib }) => ({ name, pid: Number(pid), memoryMib }));

/**
 * Who a session is, read off a container it makes.
 * @param {import('../zun-api.mjs').Session} session
 */
async function ownerOf(session) {
  const made = await session.call('POST', '/containers', { image: 'busybox', cpu: 0.1, memory: 64 });
  return { projectId: made.project_id, userId: made.user_id };
}

/**
 * @param {object} database
 * @param {{ projectId: string, userId: string }} owner
 */
async function seed(database, { projectId, userId }) {
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
 * @param {import('../steps.mjs').Say} say
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

/** @param {import('../cluster/cluster.mjs').Cluster} cluster */
async function idleMemory(cluster) {
  const services = processesOf(cluster, /^(api|scheduler|compute)-\d$/);
  return Object.fromEntries(services.map(({ name, memoryMib }) => [name, memoryMib]));
}
