import { existsSync, rmSync } from 'node:fs';
import { killDaemon, memoryMib, runningDaemon, startDaemon, stopDaemon, tailOf } from '../daemon.mjs';
import { demandFree } from '../ports.mjs';
import { waitUntil } from '../wait.mjs';

/**
 * One server of a cluster: how it is prepared, started and recognised as ready. A plain description; everything that is
 * done with it is below, the same for all.
 *
 * @typedef {object} Member
 * @property {string} name
 * @property {number} [port] what it listens on
 * @property {() => Promise<void> | void} [prepare] makes its folder and configuration; done at each start
 * @property {Omit<import('../daemon.mjs').DaemonSpec, 'name'>} run
 * @property {() => Promise<unknown>} ready throws as long as it does not answer
 * @property {() => Promise<void>} [furnish] what it must hold; done when it answers, must do nothing if it is there
 * @property {number} [graceMs] how long it may take to stop
 *
 * @typedef {{ name: string, state: 'running' | 'stopped' | 'died', pid?: number, port?: number, memoryMib?: number, since?: string }} MemberStatus
 */

/**
 * Brings a member up if it is not; returns when it answers.
 * @param {Member} member
 * @returns {Promise<boolean>} whether it had to be started
 */
export async function startMember({ name, port, prepare, run, ready, furnish }) {
  if (runningDaemon(run.pidFile)) {
    await waitReady({ name, run, ready });
    return false;
  }
  if (port)
    await demandFree(port, name, `Stop that program. Or delete ports.json beside ${name}'s folder: other ports are chosen then.`);
  await prepare?.();
  await startDaemon({ name, ...run });
  await waitReady({ name, run, ready });
  await furnish?.();
  return true;
}

/** @param {Pick<Member, 'name' | 'run' | 'ready'>} member */
const waitReady = ({ name, run, ready }) =>
  waitUntil(`${name} answers`, ready, {
    timeoutMs: 60_000,
    hopeless: () =>
      runningDaemon(run.pidFile) ? undefined : `${name} has ended. Its log (${run.logFile}) closes with:\n${tailOf(run.logFile)}`,
  });

/**
 * @param {Member} member
 * @returns {Promise<boolean>} whether it was running
 */
export const stopMember = ({ run, graceMs }) => stopDaemon(run.pidFile, { graceMs });

/** @param {Member} member */
export const killMember = ({ run }) => killDaemon(run.pidFile);

/** @param {Member} member */
export const forgetMember = ({ run }) => rmSync(run.pidFile, { force: true });

/**
 * @param {Member} member
 * @returns {MemberStatus}
 */
export function statusOf({ name, port, run }) {
  const running = runningDaemon(run.pidFile);
  if (!running) return { name, port, state: existsSync(run.pidFile) ? 'died' : 'stopped' };
  return { name, port, state: 'running', pid: running.pid, memoryMib: memoryMib(running.pid), since: running.since };
}
