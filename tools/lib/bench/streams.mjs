import { once } from 'node:events';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { URLSearchParams } from 'node:url';
import { memoryMib } from '../daemon.mjs';
import { exec } from '../exec.mjs';
import { medians } from './statistics.mjs';

const MIB = 2 ** 20;
/** What a reader that is slow takes, as over a line of 80 Mbit/s. */
const SLOW_MIB_PER_SECOND = 10;
const TICK_MS = 50;
const LOOK_MS = 500;
/** Terminals that are opened at a time, until as many are open as are wanted. */
const OPEN_AT_ONCE = 10;

/**
 * Much output to a fast reader, beside `docker exec` of the same on the same engine; much output to a slow one, and what the services keep
 * of it; and what a terminal costs that is open and idle.
 *
 * @typedef {{ name: string, pid: number }} Service
 * @param {object} options
 * @param {import('../zun-api.mjs').Session} options.session
 * @param {string} options.socket the engine's
 * @param {() => Promise<Service[]>} options.freshServices restarts those that streams pass through
 * @param {boolean} options.quick
 */
export async function measureStreams({ session, socket, freshServices, quick }) {
  const box = await runBox(session);
  try {
    // A process that has grown once has room for what comes next.
    const slow = await slowReader(session, box, await freshServices(), quick ? 128 : 1024);
    const rounds = [];
    for (let round = 0; round < (quick ? 1 : 3); round++)
      rounds.push(await fastReaders(session, socket, box, quick ? 256 : 1024));
    // Last, as the engine is busy for a while with ending so many.
    const idle = await idleTerminals(session, box, await freshServices(), quick ? 50 : 500);
    return { slow, idle, fast: medians(rounds) };
  } finally {
    await session.call('DELETE', `/containers/${box}?stop=true`);
  }
}

/**
 * @param {import('../zun-api.mjs').Session} session
 * @returns {Promise<string>} a running container
 */
async function runBox(session) {
  const request = { image: 'busybox', command: ['sleep', '1000000'], cpu: 0.1, memory: 2048 };
  const { uuid } = await session.call('POST', '/containers?run=true', request);
  for (;;) {
    const { status, status_reason: reason } = await session.call('GET', `/containers/${uuid}`);
    if (status === 'Running') return uuid;
    if (status === 'Error') throw new Error(`the container is in Error: ${reason}`);
    await sleep(100);
  }
}

/**
 * @param {import('../zun-api.mjs').Session} session
 * @param {string} box
 * @param {string} command
 * @param {boolean} interactive
 * @returns {Promise<import('ws').WebSocket>}
 */
async function open(session, box, command, interactive) {
  const { WebSocket } = await import('ws');
  const query = new URLSearchParams({ run: 'false', interactive: String(interactive), command });
  const { proxy_url: url } = await session.call('POST', `/containers/${box}/execute?${query}`);
  const client = new WebSocket(url, ['binary'], { perMessageDeflate: false });
  await once(client, 'open');
  return client;
}

/** @param {number} mib */
const talks = (mib) => `head -c ${mib * MIB} /dev/zero`;

/**
 * @param {import('../zun-api.mjs').Session} session
 * @param {string} socket
 * @param {string} box
 * @param {number} mib
 */
async function fastReaders(session, socket, box, mib) {
  return {
    oursMibPerSecond: await rate(mib, () => receive(session, box, mib)),
    dockerMibPerSecond: await rate(mib, () => dockerExec(socket, box, mib)),
  };
}

/**
 * @param {number} mib
 * @param {() => Promise<unknown>} work
 */
async function rate(mib, work) {
  const since = performance.now();
  await work();
  return (mib * 1000) / (performance.now() - since);
}

/**
 * @param {import('../zun-api.mjs').Session} session
 * @param {string} box
 * @param {number} mib
 */
async function receive(session, box, mib) {
  const client = await open(session, box, talks(mib), false);
  let read = 0;
  client.on('message', (/** @type {Buffer} */ data) => (read += data.length));
  await once(client, 'close');
  if (read !== mib * MIB) throw new Error(`${read} bytes of ${mib} MiB have come`);
}

/**
 * @param {string} socket
 * @param {string} box
 * @param {number} mib
 */
async function dockerExec(socket, box, mib) {
  const command = `docker --host unix://${socket} exec zun-${box} ${talks(mib)} > /dev/null`;
  await exec('sh', ['-c', command]);
}

/**
 * @param {import('../zun-api.mjs').Session} session
 * @param {string} box
 * @param {Service[]} services
 * @param {number} mib
 */
async function slowReader(session, box, services, mib) {
  const memory = watchMemory(services);
  const client = await open(session, box, talks(mib), false);
  const since = performance.now();
  let read = 0;
  const pace = () => {
    const isAhead = read > ((performance.now() - since) / 1000) * SLOW_MIB_PER_SECOND * MIB;
    if (isAhead && !client.isPaused) client.pause();
    if (!isAhead && client.isPaused) client.resume();
  };
  client.on('message', (/** @type {Buffer} */ data) => {
    read += data.length;
    pace();
  });
  const timers = [setInterval(pace, TICK_MS), setInterval(memory.look, LOOK_MS)];
  await once(client, 'close');
  for (const timer of timers) clearInterval(timer);
  if (read !== mib * MIB) throw new Error(`${read} bytes of ${mib} MiB have come`);
  return { mib, mibPerSecond: (mib * 1000) / (performance.now() - since), growthMib: memory.growth() };
}

/**
 * @param {import('../zun-api.mjs').Session} session
 * @param {string} box
 * @param {Service[]} services
 * @param {number} count
 */
async function idleTerminals(session, box, services, count) {
  const memory = watchMemory(services);
  /** @type {import('ws').WebSocket[]} */
  const clients = [];
  try {
    while (clients.length < count) {
      const some = Array.from({ length: Math.min(OPEN_AT_ONCE, count - clients.length) }, () => open(session, box, 'cat', true));
      clients.push(...(await Promise.all(some)));
    }
    memory.look();
    const kibEach = Object.fromEntries(Object.entries(memory.growth()).map(([name, mib]) => [name, (mib * 1024) / count]));
    return { count, kibEach };
  } finally {
    for (const client of clients) client.close();
    await Promise.all(clients.map((client) => once(client, 'close')));
  }
}

/**
 * How far the memory of services grows from now on; the copies of a service count together, as each has some of the streams.
 * @param {Service[]} services
 */
function watchMemory(services) {
  const before = sizes();
  const most = { ...before };
  function sizes() {
    /** @type {Record<string, number>} */
    const all = {};
    for (const { name, pid } of services) {
      const kind = name.replace(/-\d+$/, '');
      all[kind] = (all[kind] ?? 0) + memoryMib(pid);
    }
    return all;
  }
  return {
    look() {
      for (const [name, mib] of Object.entries(sizes())) most[name] = Math.max(most[name] ?? 0, mib);
    },
    /** @returns {Record<string, number>} MiB, of each service */
    growth: () => Object.fromEntries(Object.entries(most).map(([name, mib]) => [name, mib - (before[name] ?? 0)])),
  };
}
