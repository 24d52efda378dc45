import { anyFreePort } from '../ports.mjs';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { page } from '../probe.mjs';
import { waitUntil } from '../wait.mjs';
import { load } from './load.mjs';
import { medians } from './statistics.mjs';

const BARE = fileURLToPath(new URL('./bare-server.mjs', import.meta.url));

/**
 * @typedef {object} Side one of two servers that do the same work
 * @property {string} url
 * @property {Record<string, string>} [headers]
 * @property {unknown} [body]
 * @property {number} pid
 *
 * @typedef {{ ours: import('./load.mjs').LoadResult, bare: import('./load.mjs').LoadResult }} Comparison
 */

/**
 * `GET` of one container and of a page of 100, ours and a bare server's, in turns.
 * @param {{ url: string, pid: number, session: import('../zun-api.mjs').Session, projectId: string, database: object, rounds: number, seconds: number }} options
 *   `url`: of one API copy, and its process
 */
export async function measureReads({ url, pid, session, projectId, database, rounds, seconds }) {
  const { containers } = await session.call('GET', '/containers?limit=100');
  const uuid = containers[50].uuid;
  const headers = headersOf(session);
  return besideBare(
    database,
    (bare) => ({
      one: [
        { url: `${url}/containers/${uuid}`, headers, pid },
        { url: `${bare.url}/one/${projectId}/${uuid}`, pid: bare.pid },
      ],
      list: [
        { url: `${url}/containers?limit=100`, headers, pid },
        { url: `${bare.url}/list/${projectId}`, pid: bare.pid },
      ],
    }),
    rounds,
    seconds,
  );
}

/**
 * The first and the last page of 1,000 of a project that has very many containers.
 * @param {{ url: string, pid: number, session: import('../zun-api.mjs').Session, projectId: string, database: object, lastPage: { marker: string, id: number }, rounds: number, seconds: number }} options
 *   `lastPage`: the container before it
 */
export async function measurePages({ url, pid, session, projectId, database, lastPage, rounds, seconds }) {
  const headers = headersOf(session);
  const ours = `${url}/containers?limit=1000`;
  return besideBare(
    database,
    (bare) => ({
      firstPage: [
        { url: ours, headers, pid },
        { url: `${bare.url}/page/${projectId}/0`, pid: bare.pid },
      ],
      lastPage: [
        { url: `${ours}&marker=${lastPage.marker}`, headers, pid },
        { url: `${bare.url}/page/${projectId}/${lastPage.id}`, pid: bare.pid },
      ],
    }),
    rounds,
    seconds,
  );
}

/**
 * Creates that are accepted, with their place on a host; nobody carries them out meanwhile.
 * @param {{ url: string, pid: number, session: import('../zun-api.mjs').Session, database: object, rounds: number, seconds: number }} options
 */
export async function measureCreates({ url, pid, session, database, rounds, seconds }) {
  const body = { image: 'busybox', command: ['sleep', '1000000'], cpu: 0.1, memory: 4 };
  const headers = headersOf(session);
  return besideBare(
    database,
    (bare) => ({
      creates: [
        { url: `${url}/containers`, headers, body, pid },
        { url: `${bare.url}/create/bare`, body, pid: bare.pid },
      ],
    }),
    rounds,
    seconds,
  );
}

/** @param {import('../zun-api.mjs').Session} session */
const headersOf = (session) => ({ 'X-Auth-Token': session.token, 'OpenStack-API-Version': 'container 1.40' });

/**
 * Loads pairs of servers in turns, so that what else the machine does falls on both.
 * @param {object} database
 * @param {(bare: { url: string, pid: number }) => Record<string, [Side, Side]>} describe
 * @param {number} rounds
 * @param {number} seconds
 */
async function besideBare(database, describe, rounds, seconds) {
  const bare = await startBare(database);
  try {
    /** @type {Record<string, Comparison>} */
    const results = {};
    for (const [name, [ours, floor]] of Object.entries(describe(bare))) {
      const oursRounds = [];
      const bareRounds = [];
      // One uncounted round of each warms compilers and caches.
      for (let round = 0; round <= rounds; round++) {
        const mine = await load({ ...ours, seconds: round ? seconds : 2 });
        const theirs = await load({ ...floor, seconds: round ? seconds : 2 });
        if (round > 0) (oursRounds.push(mine), bareRounds.push(theirs));
      }
      results[name] = { ours: medians(oursRounds), bare: medians(bareRounds) };
    }
    return results;
  } finally {
    bare.stop();
  }
}

/** @param {object} database */
async function startBare(database) {
  const port = await anyFreePort();
  const child = spawn(process.execPath, [BARE, String(port)], {
    env: { ...process.env, ZUN_BENCH_DATABASE: JSON.stringify(database) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => void child.kill();
  try {
    await waitUntil('the bare server answers', () => page(`${url}/`), { timeoutMs: 10_000 });
  } catch (error) {
    stop();
    throw error;
  }
  return { url, pid: Number(child.pid), stop };
}
