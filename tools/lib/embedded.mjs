import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killDaemon, runningDaemon, startDaemon, stopDaemon, tailOf } from './daemon.mjs';
import { iniOption, renderIni } from './ini.mjs';
import { SERVICE_FLAGS } from './node.mjs';
import { passwordIn, writeOpenrc } from './openrc.mjs';
import { serviceEntry } from './paths.mjs';
import { demandFree } from './ports.mjs';
import { Problem } from './problem.mjs';
import { page } from './probe.mjs';
import { newEncryptionKey, newPassword } from './secrets.mjs';
import { manageUsers } from './users.mjs';
import { waitUntil } from './wait.mjs';

const PORT = 9517;

/** Who exists from the first start, and the file that lets a shell act as them. */
const USERS = /** @type {const} */ ([
  { username: 'demo', project: 'demo', role: 'member', file: 'openrc' },
  { username: 'admin', project: 'admin', role: 'admin', file: 'adminrc' },
]);

/**
 * The whole of it in one process, with everything it keeps in one folder.
 * @param {{ home: string, dockerHost: string, clientsBin: string, port?: number, settings?: import('./ini.mjs').Sections, env?: NodeJS.ProcessEnv, node?: string }} options
 *   the port and the settings are for the first start only, as `zun.conf` is then kept
 */
export function embedded({ home, dockerHost, clientsBin, port = PORT, settings = {}, env = {}, node = process.execPath }) {
  const configuration = join(home, 'zun.conf');
  const pidFile = join(home, 'zun.pid');
  const logFile = join(home, 'zun.log');
  const portNow = () => Number(iniOption(readFileSync(configuration, 'utf8'), 'api', 'port') ?? PORT);
  const url = () => `http://127.0.0.1:${portNow()}`;
  const authUrl = () => `${url()}/identity/v3`;

  /** Writes `zun.conf` unless it is there. */
  function configure() {
    if (existsSync(configuration)) return false;
    mkdirSync(home, { recursive: true });
    const text = renderIni(layered(defaults(home, dockerHost, port), settings), HEAD);
    writeFileSync(configuration, text, { mode: 0o600 });
    return true;
  }

  /**
   * Users demo and admin, and their openrc files, unless these are there.
   * @returns {Promise<string[]>} the names of those made
   */
  async function ensureUsers() {
    const missing = USERS.filter(({ file }) => !existsSync(join(home, file)));
    for (const { username, project, role, file } of missing) {
      const password = newPassword();
      await addUser(configuration, username, ['--project', project, '--role', role, '--password', password]);
      writeOpenrc(join(home, file), { authUrl: authUrl(), username, password, project }, clientsBin);
    }
    return missing.map(({ username }) => username);
  }

  /** @returns {Promise<'started' | 'restarted' | 'running'>} */
  async function start() {
    const running = runningDaemon(pidFile);
    const stale = running !== undefined && isOlder(running.since, [configuration, serviceEntry('embedded')]);
    if (stale) await stopDaemon(pidFile);
    if (!running || stale) {
      await demandFree(portNow(), 'the service', portAdvice(configuration));
      const args = [...SERVICE_FLAGS, serviceEntry('embedded'), '--config-file', configuration];
      await startDaemon({
        name: 'zun',
        pidFile,
        logFile,
        command: node,
        args,
        cwd: home,
        env: { ...withoutOptions(process.env), ...env },
      });
    }
    await waitUntil('the service answers', () => page(`${url()}/healthcheck`), {
      timeoutMs: 60_000,
      hopeless: () => whyEnded(pidFile, logFile),
    });
    return stale ? 'restarted' : running ? 'running' : 'started';
  }

  /**
   * @param {'demo' | 'admin'} name
   * @returns {import('./openrc.mjs').Credentials}
   */
  function credentials(name) {
    const { username, project, file } = name === 'demo' ? USERS[0] : USERS[1];
    return { authUrl: authUrl(), username, project, password: passwordIn(readFileSync(join(home, file), 'utf8')) ?? '' };
  }

  return {
    home,
    configuration,
    logFile,
    url,
    authUrl,
    configure,
    ensureUsers,
    start,
    credentials,
    stop: () => stopDaemon(pidFile),
    /** `kill -9` */
    kill: () => killDaemon(pidFile),
    /** The process id, while it runs. */
    pid: () => runningDaemon(pidFile)?.pid,
    isRunning: () => runningDaemon(pidFile) !== undefined,
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''),
    /** Stops it and deletes everything. */
    async purge() {
      await stopDaemon(pidFile);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @typedef {ReturnType<typeof embedded>} Embedded */

const HEAD = `Written by "npm start", once: edit it freely, then run "npm start" again.
All options and what they mean:  node dist/apps/embedded/main.js --help`;

/**
 * Adds a user, or gives the one there is this password.
 * @param {string} configuration
 * @param {string} username
 * @param {string[]} account
 */
async function addUser(configuration, username, account) {
  let said = '';
  const status = await manageUsers(configuration, ['add', username, ...account], (text) => void (said += text));
  if (status !== 0) throw new Problem(`The user ${username} could not be made: ${said.trim()}`);
}

/**
 * @param {string} home
 * @param {string} dockerHost
 * @param {number} port
 * @returns {import('./ini.mjs').Sections}
 */
const defaults = (home, dockerHost, port) => ({
  DEFAULT: {
    my_ip: '127.0.0.1',
    state_path: join(home, 'state'),
    transport_url: 'memory://',
    auth_encryption_key: newEncryptionKey(),
  },
  api: { host_ip: '127.0.0.1', port, auth_strategy: 'embedded' },
  database: { connection: `sqlite:///${join(home, 'zun.sqlite')}` },
  docker: { api_url: dockerHost },
});

/**
 * @param {import('./ini.mjs').Sections} base
 * @param {import('./ini.mjs').Sections} over
 */
function layered(base, over) {
  const all = { ...base };
  for (const [section, options] of Object.entries(over)) all[section] = { ...all[section], ...options };
  return all;
}

/**
 * @param {string} since
 * @param {string[]} files
 */
const isOlder = (since, files) => files.some((file) => statSync(file).mtimeMs > Date.parse(since));

/** @param {string} configuration */
const portAdvice = (configuration) =>
  `Stop that program. Or choose another port: set  port  under [api] in ${configuration}, and run this again.`;

/**
 * @param {string} pidFile
 * @param {string} logFile
 */
const whyEnded = (pidFile, logFile) =>
  runningDaemon(pidFile) ? undefined : `The service has ended. Its log (${logFile}) closes with:\n${tailOf(logFile)}`;

/**
 * The service is told its options by its file alone.
 * @param {NodeJS.ProcessEnv} env
 */
const withoutOptions = (env) => Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OS_')));
