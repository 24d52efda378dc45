import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderIni } from '../ini.mjs';
import { SERVICE_FLAGS } from '../node.mjs';
import { serviceEntry } from '../paths.mjs';
import { listens, page } from '../probe.mjs';

/** @typedef {import('./member.mjs').Member} Member */
/** @typedef {import('../ini.mjs').Sections} Sections */

/**
 * @typedef {object} HostSize what a compute service says it has
 * @property {string} name
 * @property {number} cpus
 * @property {number} memoryMib
 * @property {number} diskGib
 * @property {string} [labels] as in `[compute] labels`
 * @property {string} [dockerHost] an engine of its own
 */

/**
 * @typedef {object} ServicesOptions
 * @property {string} dir
 * @property {import('./ports.mjs').ClusterPorts} ports
 * @property {string} transportUrl
 * @property {string} databaseUrl
 * @property {string} authUrl
 * @property {string} servicePassword of Keystone's user zun
 * @property {string} encryptionKey for `[DEFAULT] auth_encryption_key`
 * @property {string} dockerHost
 * @property {HostSize[]} hosts
 * @property {Sections} settings options of ours to add or replace, in all services
 * @property {NodeJS.ProcessEnv} env added to the environment of our services
 */

/**
 * Our own services: two API copies behind a balancer, two schedulers, a compute service for each host.
 * @param {ServicesOptions} options
 * @returns {Member[]}
 */
export function services(options) {
  const { ports, hosts } = options;
  return [
    apiCopy(options, 'api-1', ports['api-1']),
    apiCopy(options, 'api-2', ports['api-2']),
    balancer(options.dir, ports.api, [ports['api-1'], ports['api-2']]),
    service(options, 'scheduler-1', 'scheduler', { DEFAULT: { host: 'scheduler-1' }, ...database(options) }),
    service(options, 'scheduler-2', 'scheduler', { DEFAULT: { host: 'scheduler-2' }, ...database(options) }),
    ...hosts.map((host, index) => computeOf(options, `compute-${index + 1}`, host)),
  ];
}

/**
 * The configuration file of a service.
 * @param {string} dir the cluster's
 * @param {string} name
 */
export const configurationOf = (dir, name) => join(dir, name, 'zun.conf');

/**
 * @param {ServicesOptions} options
 * @param {string} name
 * @param {number} port
 * @returns {Member}
 */
function apiCopy(options, name, port) {
  const { authUrl } = options;
  const session = sessionOf(options);
  const member = service(options, name, 'api', {
    DEFAULT: { host: name },
    api: { host_ip: '127.0.0.1', port, auth_strategy: 'keystone' },
    ...database(options),
    keystone_authtoken: { www_authenticate_uri: authUrl, ...session },
    keystone_auth: session,
  });
  return { ...member, port, ready: () => page(`http://127.0.0.1:${port}/healthcheck`) };
}

/**
 * What our services are to Keystone.
 * @param {ServicesOptions} options
 */
const sessionOf = ({ authUrl, servicePassword }) => ({
  auth_url: authUrl,
  auth_type: 'password',
  username: 'zun',
  password: servicePassword,
  project_name: 'service',
  user_domain_id: 'default',
  project_domain_id: 'default',
});

/** @param {ServicesOptions} options */
const database = ({ databaseUrl }) => ({ database: { connection: databaseUrl } });

/**
 * Both compute services may share an engine: each touches only containers that carry its own host's name.
 * @param {ServicesOptions} options
 * @param {string} name
 * @param {HostSize} host
 */
const computeOf = (options, name, host) =>
  service(options, name, 'compute', {
    DEFAULT: { host: host.name },
    docker: { api_url: host.dockerHost ?? options.dockerHost },
    keystone_auth: sessionOf(options),
    compute: {
      total_cpus: host.cpus,
      total_memory_mb: host.memoryMib,
      total_disk_gb: host.diskGib,
      reserved_host_memory_mb: 0,
      labels: host.labels,
    },
  });

/**
 * @param {ServicesOptions} options
 * @param {string} name
 * @param {string} app
 * @param {Sections} own
 * @returns {Member}
 */
function service({ dir, transportUrl, encryptionKey, settings, env }, name, app, own) {
  const folder = join(dir, name);
  const file = configurationOf(dir, name);
  const common = {
    DEFAULT: {
      state_path: join(folder, 'state'),
      my_ip: '127.0.0.1',
      transport_url: transportUrl,
      auth_encryption_key: encryptionKey,
    },
  };
  const run = {
    pidFile: `${folder}.pid`,
    logFile: `${folder}.log`,
    command: process.execPath,
    args: [...SERVICE_FLAGS, serviceEntry(app), '--config-file', file],
    env: { ...withoutOptions(process.env), ...env },
    cwd: dir,
  };
  let logged = 0;
  return {
    name,
    prepare: () => {
      mkdirSync(dirname(file), { recursive: true });
      logged = existsSync(run.logFile) ? statSync(run.logFile).size : 0;
      writeFileSync(file, renderIni(merged(common, own, settings), `Written by the cluster at each start of ${name}.`), {
        mode: 0o600,
      });
    },
    run,
    ready: async () => demandReady(run.logFile, logged),
    graceMs: 15_000,
  };
}

/**
 * A service that listens on nothing says so in its log when it is ready.
 * @param {string} logFile
 * @param {number} from where the log of this start begins
 */
function demandReady(logFile, from) {
  if (!readFileSync(logFile).subarray(from).includes(' is ready"')) throw new Error('it has not logged that it is ready');
}

/**
 * Each service is told its options by its own file alone.
 * @param {NodeJS.ProcessEnv} env
 */
const withoutOptions = (env) => Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OS_')));

/**
 * @param {...Sections} layers later ones win
 * @returns {Sections}
 */
function merged(...layers) {
  /** @type {Sections} */
  const all = {};
  for (const layer of layers)
    for (const [section, options] of Object.entries(layer)) all[section] = { ...all[section], ...options };
  return all;
}

/**
 * @param {string} dir
 * @param {number} port
 * @param {number[]} behind
 * @returns {Member}
 */
function balancer(dir, port, behind) {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'balancer.mjs');
  return {
    name: 'balancer',
    port,
    run: {
      pidFile: join(dir, 'balancer.pid'),
      logFile: join(dir, 'balancer.log'),
      command: process.execPath,
      args: [script, ...[port, ...behind].map(String)],
      cwd: dir,
    },
    ready: () => listens(port),
    graceMs: 2_000,
  };
}
