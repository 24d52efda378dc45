import { fileURLToPath } from 'node:url';
import { anyFreePort } from '../ports.mjs';
import { spawn } from 'node:child_process';
import { page } from '../probe.mjs';
import { waitUntil } from '../wait.mjs';
import { load } from './load.mjs';
import { medians } from './statistics.mjs';

const BARE = fileURLToPath(new URL('./bare-server.mjs', import.meta.url));

/**
 * `GET` of one container and of a page of 100, ours and a bare server's, in turns.
 * @param {{ url: string, pid: number, session: import('../zun-api.mjs').Session, projectId: string, database: object, rounds: number, seconds: number }} options
 *   `url`: of one API copy, and its process
 */
export async function measureReads({ url, pid, session, projectId, database, rounds, seconds }) {
  const { containers } = await session.call('GET', '/containers?limit=100');
  const uuid = containers[50].uuid;
  const bare = await startBare(database);
  const headers = { 'X-Auth-Token': session.token, 'OpenStack-API-Version': 'container 1.40' };
  const pairs = {
    one: [`${url}/containers/${uuid}`, `${bare.url}/one/${projectId}/${uuid}`],
    list: [`${url}/containers?limit=100`, `${bare.url}/list/${projectId}`],
  };
  try {
    /** @type {Record<string, { ours: import('./load.mjs').LoadResult, bare: import('./load.mjs').LoadResult }>} */
    const results = {};
    for (const [name, [ours, floor]] of Object.entries(pairs)) {
      const oursRounds = [];
      const bareRounds = [];
      // One uncounted round of each warms compilers and caches.
      for (let round = 0; round <= rounds; round++) {
        const mine = await load({ url: String(ours), headers, pid, seconds: round ? seconds : 2 });
        const theirs = await load({ url: String(floor), pid: bare.pid, seconds: round ? seconds : 2 });
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
