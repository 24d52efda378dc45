import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killDaemon, runningDaemon, startDaemon, stopDaemon, tailOf } from './daemon.mjs';
import { engineVersion } from './engine-api.mjs';
import { exec, isRoot } from './exec.mjs';
import { Problem } from './problem.mjs';
import { waitUntil } from './wait.mjs';

const RELAY = fileURLToPath(new URL('./relay.mjs', import.meta.url));

/**
 * A Docker engine of its own for tests, beside the machine's: own containerd, data, sockets and network namespace (two
 * engines in one namespace would take each other's bridge away). It may be killed and started again at will.
 *
 * @typedef {object} PrivateEngine
 * @property {string} socket
 * @property {string} dockerHost the socket as in DOCKER_HOST and `[docker] api_url`
 * @property {() => Promise<void>} start until it answers; nothing if it does
 * @property {() => Promise<void>} kill `kill -9` of the daemon alone; its containers go on. At its next start it ends them,
 *   unless it was made with `liveRestore`, and gives each ten seconds to heed SIGTERM
 * @property {() => Promise<void>} crash `kill -9` of everything, containers too, as when the machine loses power
 * @property {() => Promise<void>} stop its containers too; data stay
 * @property {() => Promise<void>} purge stop, and delete all of it
 * @property {() => boolean} isRunning
 * @property {(socket: string) => Promise<{ port: number, stop: () => void }>} relay lets the engine reach a unix socket of
 *   this machine as a port of its own loopback: it has a network of its own, and sees no other
 */

/**
 * @param {string} dir where its data and logs go
 * @param {{ liveRestore?: boolean }} [options] whether containers outlive a restart of the engine
 * @returns {PrivateEngine}
 */
export function privateEngine(dir, { liveRestore = false } = {}) {
  const engine = layout(dir);
  const isRunning = () => runningDaemon(engine.dockerPid) !== undefined;
  const stop = async () => {
    await endContainers(engine);
    await stopDaemon(engine.dockerPid, { graceMs: 5_000 });
    await stopDaemon(engine.containerdPid, { graceMs: 3_000 });
  };
  return {
    socket: engine.socket,
    dockerHost: `unix://${engine.socket}`,
    isRunning,
    start: () => start(engine, liveRestore),
    kill: () => killDaemon(engine.dockerPid),
    crash: async () => {
      await killDaemon(engine.dockerPid);
      await killDaemon(engine.containerdPid);
      await endContainers(engine);
    },
    stop,
    relay: (socket) => startRelay(engine, socket),
    purge: async () => {
      await stop();
      await unmountBelow(engine.data, engine.run);
      for (const path of [engine.data, engine.run]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * @param {Layout} engine
 * @param {string} socket
 */
async function startRelay({ dockerPid }, socket) {
  const pid = runningDaemon(dockerPid)?.pid;
  if (!pid) throw new Error('the private engine does not run');
  const args = ['--target', String(pid), '--net', process.execPath, RELAY, socket];
  const child = spawn('nsenter', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [chunk] = await once(child.stdout, 'data');
  return { port: Number(String(chunk)), stop: () => void child.stdin.end() };
}

/** @typedef {ReturnType<typeof layout>} Layout */

/**
 * A socket's path may have 107 characters, so sockets go to a short place whose name comes from the directory's.
 * @param {string} dir
 */
function layout(dir) {
  const data = resolve(dir);
  const run = join('/run', `zun-${createHash('sha256').update(data).digest('hex').slice(0, 10)}`);
  return {
    data,
    run,
    socket: join(run, 'docker.sock'),
    containerd: join(run, 'containerd.sock'),
    containerdConfig: join(data, 'containerd.toml'),
    containerdPid: join(data, 'containerd.pid'),
    containerdLog: join(data, 'containerd.log'),
    dockerConfig: join(data, 'daemon.json'),
    dockerPid: join(data, 'dockerd.pid'),
    dockerLog: join(data, 'dockerd.log'),
  };
}

/**
 * @param {Layout} engine
 * @param {boolean} liveRestore
 */
async function start(engine, liveRestore) {
  if (!isRoot()) throw new Problem('A private container engine needs root.', 'Run this as root (sudo npm test).');
  writeConfiguration(engine, liveRestore);
  await startContainerd(engine);
  await startDockerd(engine);
}

/**
 * @param {Layout} engine
 * @param {boolean} liveRestore
 */
function writeConfiguration(engine, liveRestore) {
  for (const path of [engine.data, engine.run]) mkdirSync(path, { recursive: true });
  const unused = ['grpc.v1.cri', 'snapshotter.v1.devmapper', 'snapshotter.v1.btrfs', 'snapshotter.v1.zfs', 'snapshotter.v1.aufs'];
  const lines = [
    'version = 2',
    `root = "${join(engine.data, 'containerd')}"`,
    `state = "${join(engine.run, 'containerd')}"`,
    `disabled_plugins = [${unused.map((plugin) => `"io.containerd.${plugin}"`).join(', ')}]`,
    '[grpc]',
    `address = "${engine.containerd}"`,
    '[debug]',
    `address = "${join(engine.run, 'debug.sock')}"`,
  ];
  writeFileSync(engine.containerdConfig, `${lines.join('\n')}\n`);
  writeFileSync(engine.dockerConfig, `${JSON.stringify({ 'live-restore': liveRestore })}\n`);
}

/** @param {Layout} engine */
async function startContainerd({ containerdPid, containerdLog, containerdConfig, containerd }) {
  const args = ['--config', containerdConfig];
  await startDaemon({ name: 'containerd', pidFile: containerdPid, logFile: containerdLog, command: 'containerd', args });
  await waitUntil('the private containerd answers', () => exec('ctr', ['--address', containerd, 'version']), {
    timeoutMs: 20_000,
    hopeless: () => (runningDaemon(containerdPid) ? undefined : `It has ended:\n${tailOf(containerdLog)}`),
  });
}

/** @param {Layout} engine */
async function startDockerd(engine) {
  const { data, run, socket, containerd, dockerConfig, dockerPid, dockerLog } = engine;
  if (!runningDaemon(dockerPid)) rmSync(join(run, 'dockerd.pid'), { force: true }); // a killed one leaves it behind
  const options = [
    ['--config-file', dockerConfig],
    ['--data-root', join(data, 'docker')],
    ['--exec-root', join(run, 'docker')],
    ['--pidfile', join(run, 'dockerd.pid')],
    ['--host', `unix://${socket}`],
    ['--containerd', containerd],
    ['--shutdown-timeout', '1'],
  ].flat();
  const inOwnNetwork = ['--net', 'sh', '-c', 'ip link set lo up && exec dockerd "$@"', 'dockerd', ...options];
  await startDaemon({ name: 'dockerd', pidFile: dockerPid, logFile: dockerLog, command: 'unshare', args: inOwnNetwork });
  await waitUntil('the private Docker engine answers', () => engineVersion(socket), {
    timeoutMs: 30_000,
    hopeless: () => (runningDaemon(dockerPid) ? undefined : `It has ended:\n${tailOf(dockerLog)}`),
  });
}

/**
 * Containers survive their engine's death: end their shims, and what these look after.
 * @param {Layout} engine
 */
async function endContainers(engine) {
  for (const pid of shimsOf(engine)) {
    await exec('pkill', ['-KILL', '-P', pid]).catch(() => undefined); // no child left: fine
    await exec('kill', ['-KILL', pid]).catch(() => undefined);
  }
}

/** @param {Layout} engine */
function shimsOf({ containerd }) {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const argv = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      return Boolean(argv[0]?.includes('containerd-shim')) && argv.includes(containerd);
    } catch {
      return false;
    }
  });
}

/** @param {string[]} folders */
async function unmountBelow(...folders) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((row) => row.split(' ')[1] ?? '')
    .filter((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));
  for (const path of mounts.reverse()) await exec('umount', ['-l', path]);
}
