import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exec, isRoot, rootArgv } from './exec.mjs';
import { Problem } from './problem.mjs';
import { sleep } from './wait.mjs';

/**
 * Programs that outlive the script which starts them. Each is remembered in a pid file together with its start time, so
 * that a pid the system has given to somebody else meanwhile is never taken for ours, and never killed.
 *
 * @typedef {object} DaemonSpec
 * @property {string} name
 * @property {string} pidFile
 * @property {string} logFile appended
 * @property {string} command
 * @property {string[]} [args]
 * @property {NodeJS.ProcessEnv} [env] replaces the environment
 * @property {string} [cwd]
 * @property {number} [uid] whose process it shall be; only for root
 * @property {number} [gid]
 * @property {boolean} [asRoot] through sudo when this is not root's session
 *
 * @typedef {{ pid: number, bootId: string, startTicks: string, since: string }} PidRecord
 */

/**
 * Starts a program unless it runs already.
 * @param {DaemonSpec} spec
 * @returns {Promise<{ pid: number, started: boolean }>}
 */
export async function startDaemon(spec) {
  const running = runningDaemon(spec.pidFile);
  if (running) return { pid: running.pid, started: false };
  mkdirSync(dirname(spec.pidFile), { recursive: true });
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const pid = await spawnDetached(spec);
  writeRecord(spec.pidFile, pid);
  return { pid, started: true };
}

/**
 * @param {DaemonSpec} spec
 * @returns {Promise<number>}
 */
function spawnDetached(spec) {
  const log = openSync(spec.logFile, 'a', 0o640);
  const argv = [spec.command, ...(spec.args ?? [])];
  const [command, ...args] = spec.asRoot ? rootArgv(argv) : argv;
  const child = spawn(/** @type {string} */ (command), args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    ...(isRoot() && spec.uid !== undefined ? { uid: spec.uid, gid: spec.gid } : {}),
  });
  closeSync(log);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Problem(`Cannot start ${spec.name}: ${error.message}`)));
    child.once('spawn', () => {
      child.unref();
      resolve(/** @type {number} */ (child.pid));
    });
  });
}

/**
 * The remembered program, if it (and not another with its number) is alive.
 * @param {string} pidFile
 * @returns {PidRecord | undefined}
 */
export function runningDaemon(pidFile) {
  if (!existsSync(pidFile)) return undefined;
  /** @type {PidRecord} */
  let record;
  try {
    record = JSON.parse(readFileSync(pidFile, 'utf8'));
  } catch {
    return undefined;
  }
  const alive = record.bootId === bootId() && startTicks(record.pid) === record.startTicks;
  return alive ? record : undefined;
}

/**
 * Ends a program and its process group: politely, then after the grace without asking.
 * @param {string} pidFile
 * @param {{ graceMs?: number, signal?: NodeJS.Signals }} [options]
 * @returns {Promise<boolean>} whether there was something to stop
 */
export async function stopDaemon(pidFile, { graceMs = 15_000, signal = 'SIGTERM' } = {}) {
  const record = runningDaemon(pidFile);
  if (record) {
    await signalGroup(record.pid, signal);
    if (!(await comesTrue(() => !runningDaemon(pidFile), graceMs))) await killDaemon(pidFile);
  }
  rmSync(pidFile, { force: true });
  return record !== undefined;
}

/**
 * `kill -9` of a program and its process group; returns when it is gone. Its pid file stays: it died, nobody stopped it.
 * @param {string} pidFile
 */
export async function killDaemon(pidFile) {
  const record = runningDaemon(pidFile);
  if (!record) return;
  await signalGroup(record.pid, 'SIGKILL');
  // workers share its port, and end later than it does
  const isGone = () => !runningDaemon(pidFile) && !groupOf(record.pid).some(isAlive);
  if (!(await comesTrue(isGone, 5_000))) throw new Problem(`Process ${record.pid} survives SIGKILL.`);
}

/**
 * @param {() => boolean} condition
 * @param {number} withinMs
 */
async function comesTrue(condition, withinMs) {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * @param {number} pid leader of the group
 * @param {NodeJS.Signals} signal
 */
async function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ESRCH') return;
    if (code !== 'EPERM') throw error;
    await exec('kill', ['-s', signal.replace('SIG', ''), '--', `-${pid}`], { asRoot: true });
  }
}

/**
 * @param {string} pidFile
 * @param {number} pid
 */
function writeRecord(pidFile, pid) {
  /** @type {PidRecord} */
  const record = { pid, bootId: bootId(), startTicks: startTicks(pid) ?? '', since: new Date().toISOString() };
  writeFileSync(pidFile, `${JSON.stringify(record)}\n`);
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/**
 * When a process started, in clock ticks since boot; undefined when it does not exist or has ended. One whose first thread has
 * ended may have others that have not: they still hold its ports.
 * @param {number} pid
 */
function startTicks(pid) {
  return isAlive(pid) ? statOf(pid)?.[19] : undefined;
}

/** @param {number | string} pid */
const isAlive = (pid) => threadsOf(pid).some((thread) => !hasEndedAs(statOf(`${pid}/task/${thread}`)?.[0]));

/** @param {string | undefined} state undefined when it does not exist */
const hasEndedAs = (state) => state === undefined || state === 'Z' || state === 'X';

/** @param {number | string} pid */
function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/**
 * The fields of /proc/<pid>/stat after the program's name (which may contain anything).
 * @param {number | string} pid
 */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

const processes = () => readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));

/**
 * The processes of a group.
 * @param {number} leader
 */
const groupOf = (leader) => processes().filter((entry) => statOf(entry)?.[2] === String(leader));

/**
 * Memory of a program and its children, in MiB, shared pages counted in part.
 * @param {number} pid
 */
export function memoryMib(pid) {
  const session = processes().filter((entry) => statOf(entry)?.[3] === String(pid));
  return Math.round(session.reduce((sum, member) => sum + residentKib(member), 0) / 1024);
}

/** @param {string} pid */
function residentKib(pid) {
  for (const [file, field] of [
    ['smaps_rollup', /^Pss:\s+(\d+)/m],
    ['status', /^VmRSS:\s+(\d+)/m],
  ]) {
    try {
      const match = /** @type {RegExp} */ (field).exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      if (match) return Number(match[1]);
    } catch {
      // not ours to look at, or gone: try the next source
    }
  }
  return 0;
}

/**
 * The end of a log, to show why something did not start.
 * @param {string} file
 * @param {number} [lines]
 */
export function tailOf(file, lines = 15) {
  if (!existsSync(file) || statSync(file).size === 0) return '(its log is empty)';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).map(readable).join('\n');
}

/**
 * Our services log JSON: shown are what happened and why.
 * @param {string} row
 */
function readable(row) {
  if (!row.startsWith('{')) return row;
  try {
    const { time, msg, err } = JSON.parse(row);
    return [time, msg, err?.message].filter(Boolean).join('  ');
  } catch {
    return row;
  }
}
