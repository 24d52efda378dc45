import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages } from './apt.mjs';
import { runningDaemon, startDaemon, tailOf } from './daemon.mjs';
import { engineVersion } from './engine-api.mjs';
import { exec, isRoot, rootArgv } from './exec.mjs';
import { Problem, messageOf } from './problem.mjs';
import { waitUntil } from './wait.mjs';

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** What the second run of a script needs of the environment; the rest is nobody's business, as arguments are public. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TERM|TMPDIR|ZUN_.*|DOCKER_HOST|NODE_.*|npm_config_.*|PIP_.*|SSL_CERT_.*)$/i;

/** The engine's socket: that of `DOCKER_HOST`, else Docker's own. */
export function engineSocket() {
  const address = process.env.DOCKER_HOST;
  if (!address) return DEFAULT_SOCKET;
  if (address.startsWith('unix://')) return address.slice('unix://'.length);
  throw new Problem(`DOCKER_HOST is ${address}; only unix:// is understood here.`, 'Unset DOCKER_HOST, or point it at a socket.');
}

/**
 * Makes sure that a container engine answers: the machine's own if there is one, else Docker is installed and started.
 * @param {string} home where its log goes when we start it
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string>} its socket
 */
export async function ensureDocker(home, say) {
  const socket = engineSocket();
  if (!(await answers(socket))) {
    if (socket !== DEFAULT_SOCKET) {
      throw new Problem(`No engine answers at ${socket}.`, 'Start it, or unset DOCKER_HOST to use Docker on this machine.');
    }
    await ensurePackages(dockerPackages(), say);
    await startEngine(home, say);
  }
  await joinDockerGroup(socket);
  say(`version ${await engineVersion(socket)} at ${socket}`);
  return socket;
}

/** Docker refuses to start containers where AppArmor is on and its parser is missing. */
function dockerPackages() {
  const appArmor = existsSync('/sys/kernel/security/apparmor') ? ['apparmor'] : [];
  return ['docker.io', 'iptables', ...appArmor];
}

/** @param {string} socket */
async function answers(socket) {
  try {
    await engineVersion(socket);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EACCES'; // it is there, but we may not talk to it yet
  }
}

/**
 * @param {string} home
 * @param {import('./steps.mjs').Say} say
 */
async function startEngine(home, say) {
  say('starting it');
  if (existsSync('/run/systemd/system')) return startBySystemd();
  mkdirSync(home, { recursive: true });
  const pidFile = join(home, 'docker.pid');
  const logFile = join(home, 'docker.log');
  await startDaemon({ name: 'dockerd', pidFile, logFile, command: 'dockerd', asRoot: true });
  const hopeless = () => (runningDaemon(pidFile) ? undefined : cannotStart(tailOf(logFile)));
  await waitUntil('Docker answers', () => demandSocket(), { timeoutMs: 60_000, hopeless });
}

async function startBySystemd() {
  try {
    await exec('systemctl', ['start', 'docker.service'], { asRoot: true });
  } catch (error) {
    const log = await exec('journalctl', ['-u', 'docker', '-n', '15', '--no-pager'], { asRoot: true }).catch(() => '');
    throw new Problem(`Docker does not start: ${messageOf(error)}`, cannotStart(log));
  }
  await waitUntil('Docker answers', () => demandSocket(), { timeoutMs: 60_000 });
}

async function demandSocket() {
  if (!(await answers(DEFAULT_SOCKET))) throw new Error(`${DEFAULT_SOCKET} does not answer`);
}

/** @param {string} log */
const cannotStart = (log) =>
  [
    'Docker could not start. Its log ends with:',
    log,
    '',
    'It needs root, a kernel with overlayfs, cgroups and iptables. Inside a container it needs a privileged one.',
    'With an engine elsewhere on this machine, say where:  DOCKER_HOST=unix:///path/to.sock npm start',
  ].join('\n');

/**
 * An ordinary user may not talk to Docker before joining its group, and a session keeps the groups it began with. So
 * this script starts itself once more as the same user, with that group added for its own run only.
 * @param {string} socket
 */
async function joinDockerGroup(socket) {
  if (isRoot() || mayUse(socket)) return;
  if (process.env.ZUN_JOINED_DOCKER) {
    throw new Problem(`You may not use ${socket}.`, 'Join its group and log in again:  sudo usermod -aG docker $USER');
  }
  const group = (await exec('stat', ['-c', '%g', socket])).trim();
  const identity = [
    `--reuid=${process.getuid?.()}`,
    `--regid=${process.getgid?.()}`,
    `--groups=${[...(process.getgroups?.() ?? []), group]}`,
  ];
  const again = [process.execPath, ...process.argv.slice(1)];
  const kept = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  const environment = ['env', ...kept.map(([name, value]) => `${name}=${value}`), 'ZUN_JOINED_DOCKER=1'];
  console.log("  …   Container engine: going on as a member of Docker's group");
  const [command, ...args] = rootArgv(['setpriv', ...identity, '--inh-caps=-all', ...environment, ...again]);
  const { status } = spawnSync(String(command), args, { stdio: 'inherit' });
  process.exit(status ?? 1);
}

/** @param {string} socket */
function mayUse(socket) {
  try {
    accessSync(socket, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
