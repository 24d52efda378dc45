import { Problem, messageOf } from './problem.mjs';
import { seconds } from './steps.mjs';

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Repeats an attempt until it succeeds. An attempt that throws means "not yet"; its message is what was last seen.
 * @template T
 * @param {string} what e.g. "RabbitMQ answers on port 5672"
 * @param {() => T | Promise<T>} attempt
 * @param {{ timeoutMs?: number, intervalMs?: number, hopeless?: () => string | undefined }} [options] `hopeless` says why
 *   waiting longer makes no sense, e.g. because the program has ended
 * @returns {Promise<T>}
 */
export async function waitUntil(what, attempt, { timeoutMs = 30_000, intervalMs = 50, hopeless } = {}) {
  const began = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const reason = hopeless?.();
      if (reason) throw new Problem(`Gave up waiting: ${what}.`, reason);
      if (performance.now() - began > timeoutMs)
        throw new Problem(`Waited ${seconds(timeoutMs)} in vain: ${what}.`, `Last seen: ${messageOf(error)}`);
    }
    await sleep(intervalMs);
  }
}
