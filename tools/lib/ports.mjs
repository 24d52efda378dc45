import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { Problem } from './problem.mjs';

const LISTENING = '0A';

/**
 * Can we listen here?
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port nobody uses at the moment. */
export function anyFreePort() {
  return /** @type {Promise<number>} */ (
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
    })
  );
}

/**
 * Who listens on a port: "name (pid 12)", as far as we may look.
 * @param {number} port
 */
export function holderOf(port) {
  const inodes = listeningInodes(port);
  const pid = inodes.size === 0 ? undefined : processesOf().find((candidate) => holdsSocket(candidate, inodes));
  return pid === undefined ? 'another program' : `${nameOf(pid)} (pid ${pid})`;
}

/**
 * @param {number} port
 * @param {string} what who wants it
 * @param {string} advice
 */
export async function demandFree(port, what, advice) {
  if (await isFree(port)) return;
  throw new Problem(`Port ${port}, which ${what} wants, is taken by ${holderOf(port)}.`, advice);
}

/** @param {number} port */
function listeningInodes(port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readOr(file).split('\n').slice(1));
  const found = rows.map((row) => row.trim().split(/\s+/)).filter((f) => f[1]?.endsWith(suffix) && f[3] === LISTENING);
  return new Set(found.map((fields) => `socket:[${fields[9]}]`));
}

const processesOf = () => readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));

/**
 * @param {string} pid
 * @param {Set<string>} inodes
 */
function holdsSocket(pid, inodes) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(linkOr(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // ended meanwhile, or not ours to look at
  }
}

/** @param {string} pid */
const nameOf = (pid) => readOr(`/proc/${pid}/comm`).trim() || 'a program';

/** @param {string} file */
function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} path */
function linkOr(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
