import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exec } from '../exec.mjs';
import { serviceEntry } from '../paths.mjs';
import { Problem } from '../problem.mjs';
import { keptSecrets } from '../secrets.mjs';
import { glance, storeOf } from './glance.mjs';
import { furnishImageService } from './keystone-content.mjs';
import { keystone } from './keystone.mjs';
import { mariadb } from './mariadb.mjs';
import { killMember, startMember, statusOf, stopMember } from './member.mjs';
import { keptPorts } from './ports.mjs';
import { rabbitmq } from './rabbitmq.mjs';
import { configurationOf, services } from './services.mjs';

/** Debian's packages for the servers beside ours. */
export const CLUSTER_PACKAGES = ['mariadb-server', 'rabbitmq-server', 'keystone', 'uwsgi-core', 'uwsgi-plugin-python3'];

const ACCOUNTS = /** @type {const} */ ([
  'admin',
  'demo',
  'other',
  'reader',
  'zun',
  'glance',
  'database-zun',
  'database-glance',
  'database-keystone',
  'database-tester',
  'rabbitmq',
  'encryption',
]);

/** @type {Record<import('./keystone-content.mjs').UserName, string>} */
const PROJECT_OF = { admin: 'admin', demo: 'demo', other: 'other', reader: 'demo', zun: 'service', glance: 'service' };

/**
 * @typedef {object} ClusterOptions
 * @property {string} dir everything of the cluster is below it; two clusters need two of them
 * @property {number} portBase first of the block its ports come from
 * @property {string} dockerHost engine of the compute services, as in `[docker] api_url`
 * @property {import('./services.mjs').HostSize[]} hosts
 * @property {boolean} [glance] an image service, too; its package is {@link GLANCE_PACKAGES}
 * @property {boolean} [forTests] weak password hashes in Keystone, and a user `tester` in MariaDB who may do anything
 * @property {import('../ini.mjs').Sections} [settings] options added to all our services
 * @property {NodeJS.ProcessEnv} [env] added to the environment of all our services
 *
 * @typedef {<T>(title: string, work: (say: import('../steps.mjs').Say) => Promise<T>) => Promise<T>} Step
 * @typedef {Awaited<ReturnType<typeof createCluster>>} Cluster
 */

/**
 * The distributed footprint on one machine. Nothing runs until `up` or `start`; what runs, runs on when the caller ends.
 * @param {ClusterOptions} options
 */
export async function createCluster(options) {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const ports = await keptPorts(join(dir, 'ports.json'), options.portBase);
  const secrets = keptSecrets(join(dir, 'secrets.json'), ACCOUNTS);
  const urls = urlsOf(ports, secrets);
  const members = membersOf(dir, options, ports, secrets, urls);
  const member = /** @param {string} name */ (name) => {
    const found = members.find((candidate) => candidate.name === name);
    if (!found) throw new Problem(`The cluster has no ${name}.`, `It has: ${members.map((one) => one.name).join(', ')}`);
    return found;
  };
  const upgrade = () => upgradeDatabase(dir);
  const imageUrl = options.glance ? urls.glance : null;
  const furnish = () => furnishImageService({ url: urls.auth, password: secrets.admin, imageUrl });

  return {
    dir,
    ports,
    /** Where clients go: Keystone, the balancer, and each API copy. */
    authUrl: urls.auth,
    apiUrl: urls.api,
    apiUrls: [ports['api-1'], ports['api-2']].map((port) => `http://127.0.0.1:${port}/v1`),
    databaseUrl: urls.database,
    transportUrl: urls.transport,
    /** The image service and the folder of its contents; null: there is none. */
    glance: options.glance ? { url: urls.glance, store: storeOf(join(dir, 'glance')) } : null,
    /** For tests of one library on MariaDB: user `tester`, who may do anything. */
    tester: { socketPath: join(dir, 'mariadb', 'data', 'mariadb.sock'), user: 'tester', password: secrets['database-tester'] },
    /** For tests: an empty database in the place of the one there is. Nothing of ours may run meanwhile. */
    emptyDatabase: () => emptyDatabase(join(dir, 'mariadb'), secrets['database-tester']),
    names: members.map((one) => one.name),
    /** Starts what is not running. @param {Step} [step] */
    up: (step = silently) => up(members, { upgrade, furnish }, step),
    /** Only the servers that are not ours: for tests of one service. @param {Step} [step] */
    upServers: (step = silently) => upServers(members, step),
    /** Brings the schema of the database up to date. */
    upgrade,
    /** Stops all, ours first; data stay. @param {Step} [step] */
    async down(step = silently) {
      for (const one of [...members].reverse()) {
        await step(one.name, async (say) => say((await stopMember(one)) ? 'stopped' : 'was not running'));
      }
    },
    /** Stops our services, and Glance, which not everybody wants; MariaDB, RabbitMQ and Keystone go on. */
    async leave() {
      await Promise.all(members.filter(isOurs).map((one) => stopMember(one)));
    },
    /** Stops all and deletes everything. */
    async purge() {
      for (const one of [...members].reverse()) await stopMember(one);
      rmSync(dir, { recursive: true, force: true });
    },
    /** Returns when it answers. @param {string} name */
    start: (name) => startMember(member(name)),
    /** Asks it to end and waits. @param {string} name */
    stop: (name) => stopMember(member(name)),
    /** `kill -9`. @param {string} name */
    kill: (name) => killMember(member(name)),
    /** @param {string} name */
    async restart(name) {
      await stopMember(member(name));
      await startMember(member(name));
    },
    /** @param {string} name */
    isRunning: (name) => statusOf(member(name)).state === 'running',
    /** @param {string} name @returns its log so far */
    log: (name) => readIf(member(name).run.logFile),
    status: () => members.map(statusOf),
    /** @param {import('./keystone-content.mjs').UserName} user @returns {import('../openrc.mjs').Credentials} */
    credentials: (user) => ({ authUrl: urls.auth, username: user, password: secrets[user], project: PROJECT_OF[user] }),
  };
}

/**
 * @param {import('./ports.mjs').ClusterPorts} ports
 * @param {Record<typeof ACCOUNTS[number], string>} secrets
 */
const urlsOf = (ports, secrets) => ({
  auth: `http://127.0.0.1:${ports.keystone}/v3`,
  api: `http://127.0.0.1:${ports.api}/v1`,
  database: `mysql+pymysql://zun:${secrets['database-zun']}@127.0.0.1:${ports.mariadb}/zun`,
  keystoneDatabase: `mysql+pymysql://keystone:${secrets['database-keystone']}@127.0.0.1:${ports.mariadb}/keystone`,
  glance: `http://127.0.0.1:${ports.glance}`,
  glanceDatabase: `mysql+pymysql://glance:${secrets['database-glance']}@127.0.0.1:${ports.mariadb}/glance`,
  transport: `rabbit://zun:${secrets.rabbitmq}@127.0.0.1:${ports.rabbitmq}/zun`,
});

/**
 * In the order they are started.
 * @param {string} dir
 * @param {ClusterOptions} options
 * @param {import('./ports.mjs').ClusterPorts} ports
 * @param {Record<typeof ACCOUNTS[number], string>} secrets
 * @param {ReturnType<typeof urlsOf>} urls
 * @returns {import('./member.mjs').Member[]}
 */
function membersOf(dir, options, ports, secrets, urls) {
  const { hosts, dockerHost, forTests = false, settings = {}, env = {} } = options;
  const databases = {
    zun: secrets['database-zun'],
    keystone: secrets['database-keystone'],
    glance: secrets['database-glance'],
  };
  const broker = { user: 'zun', password: secrets.rabbitmq, vhost: 'zun' };
  const ours = {
    transportUrl: urls.transport,
    databaseUrl: urls.database,
    authUrl: urls.auth,
    servicePassword: secrets.zun,
    encryptionKey: secrets.encryption.slice(0, 16),
  };
  return [
    mariadb({
      dir: join(dir, 'mariadb'),
      port: ports.mariadb,
      databases,
      tester: forTests ? secrets['database-tester'] : undefined,
    }),
    ...rabbitmq({
      dir: join(dir, 'rabbitmq'),
      port: ports.rabbitmq,
      peerPort: ports['rabbitmq-peers'],
      epmdPort: ports.epmd,
      ...broker,
    }),
    keystone({
      dir: join(dir, 'keystone'),
      port: ports.keystone,
      database: urls.keystoneDatabase,
      passwords: secrets,
      apiUrl: urls.api,
      quickHashes: forTests,
    }),
    ...(options.glance ? [imageService(dir, ports, secrets, urls)] : []),
    ...services({ dir, ports, dockerHost, hosts, settings, env, ...ours }),
  ];
}

/**
 * @param {string} dir
 * @param {import('./ports.mjs').ClusterPorts} ports
 * @param {Record<typeof ACCOUNTS[number], string>} secrets
 * @param {ReturnType<typeof urlsOf>} urls
 */
const imageService = (dir, ports, secrets, urls) =>
  glance({
    dir: join(dir, 'glance'),
    port: ports.glance,
    database: urls.glanceDatabase,
    authUrl: urls.auth,
    password: secrets.glance,
  });

const SERVERS = ['mariadb', 'epmd', 'rabbitmq', 'keystone'];

/** @param {{ name: string }} member */
const isOurs = ({ name }) => !SERVERS.includes(name);

/** @type {Step} */
const silently = (_title, work) => work(() => undefined);

/**
 * @param {import('./member.mjs').Member[]} members
 * @param {Step} step
 */
async function upServers(members, step) {
  const bring = /** @param {string} name */ (name) =>
    bringUp(
      members.filter((one) => one.name === name),
      step,
    );
  // the broker takes the longest and nobody needs it yet
  await settled([bring('mariadb').then(() => bring('keystone')), bring('epmd').then(() => bring('rabbitmq'))]);
}

/**
 * @param {import('./member.mjs').Member[]} members
 * @param {{ upgrade: () => Promise<void>, furnish: () => Promise<void> }} preparations
 * @param {Step} step
 */
async function up(members, { upgrade, furnish }, step) {
  await upServers(members, step);
  await furnish();
  const ours = members.filter(isOurs);
  if (ours.some((one) => statusOf(one).state !== 'running')) {
    const api = members.filter((one) => one.name === 'api-1');
    for (const one of api) await one.prepare?.();
    await step('database schema', async (say) => {
      await upgrade();
      say('up to date');
    });
  }
  await bringUp(ours, step);
}

/**
 * @param {import('./member.mjs').Member[]} members
 * @param {Step} step
 */
async function bringUp(members, step) {
  await settled(
    members.map((one) =>
      step(one.name, async (say) => {
        const started = await startMember(one);
        say(started ? `started${one.port ? ` on port ${one.port}` : ''}` : 'was running');
      }),
    ),
  );
}

/**
 * Waits for all, also when one fails, so that nothing is left half-way; then reports the first failure.
 * @param {Promise<unknown>[]} work
 */
async function settled(work) {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** @param {string} dir */
async function upgradeDatabase(dir) {
  const args = [serviceEntry('api'), '--config-file', configurationOf(dir, 'api-1'), '--db-upgrade'];
  await exec(process.execPath, args, { cwd: dir });
  writeFileSync(join(dir, 'schema-upgraded'), new Date().toISOString());
}

/**
 * @param {string} dir MariaDB's
 * @param {string} password of its user tester
 */
async function emptyDatabase(dir, password) {
  const options = ['--no-defaults', `--socket=${join(dir, 'data', 'mariadb.sock')}`, '--user=tester'];
  const statements = 'DROP DATABASE IF EXISTS zun; CREATE DATABASE zun CHARACTER SET utf8mb4;';
  await exec('mariadb', [...options, '-e', statements], { env: { ...process.env, MYSQL_PWD: password } });
}

/** @param {string} file */
const readIf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
