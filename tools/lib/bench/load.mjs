import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../exec.mjs';

/** Clock ticks per second of /proc: the kernel's USER_HZ, which is 100 everywhere Linux runs. */
const TICKS = 100;

/**
 * @typedef {object} LoadResult
 * @property {number} perSecond answers
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} cpuUs processor time of the server for one answer, microseconds
 */

/**
 * Loads a URL with wrk, and measures what the server's process spends.
 * @param {{ url: string, headers?: Record<string, string>, body?: unknown, pid: number, connections?: number, seconds: number }} options
 *   with a body, what is asked is a POST
 * @returns {Promise<LoadResult>}
 */
export async function load({ url, headers = {}, body, pid, connections = 16, seconds }) {
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  if (body !== undefined) flags.push('-s', postScript(body));
  const before = cpuSeconds(pid);
  const output = await exec('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...flags, url]);
  const spent = cpuSeconds(pid) - before;
  if (/Non-2xx/.test(output)) throw new Error(`${url} did not always answer well:\n${output}`);
  const answers = Number(/(\d+) requests in/.exec(output)?.[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p50Ms: latency(output, '50%'),
    p99Ms: latency(output, '99%'),
    cpuUs: (spent / answers) * 1e6,
  };
}

/**
 * How wrk is told to POST.
 * @param {unknown} body
 * @returns {string} a file
 */
function postScript(body) {
  const file = join(mkdtempSync(join(tmpdir(), 'zun-bench-')), 'post.lua');
  writeFileSync(
    file,
    `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [[${JSON.stringify(body)}]]\n`,
  );
  return file;
}

/** @param {number} pid */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/**
 * @param {string} output wrk's
 * @param {string} percentile
 */
function latency(output, percentile) {
  const [, value, unit] = new RegExp(`${percentile}\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[String(unit)] ?? NaN);
}
