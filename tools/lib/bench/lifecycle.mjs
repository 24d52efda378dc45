import { setTimeout as sleep } from 'node:timers/promises';
import { engineCall } from '../engine-api.mjs';
import { median, percentile } from './statistics.mjs';

const COMMAND = ['sleep', '1000000'];
/** How often a client asks whether it runs; half of it is in the figure. */
const POLL_MS = 4;

/**
 * From the request to Running, through the API and by the engine's own create and start, in turns on the same engine: on the
 * project's network, as ours are, and on the engine's default bridge, which starts faster and keeps nobody apart.
 * @param {{ session: import('../zun-api.mjs').Session, socket: string, projectId: string, rounds: number }} options
 */
export async function measureLifecycle({ session, socket, projectId, rounds }) {
  // The first creates the project's network, which stays while a container is on it.
  const keeper = await runThroughApi(session);
  const network = `zun-${projectId}`;
  const ours = [];
  const raw = [];
  const onBridge = [];
  try {
    for (let round = 0; round < rounds; round++) {
      ours.push(
        await timed(
          () => runThroughApi(session),
          (uuid) => removeThroughApi(session, uuid),
        ),
      );
      raw.push(await timedOnEngine(socket, network));
      onBridge.push(await timedOnEngine(socket, 'bridge'));
    }
  } finally {
    await removeThroughApi(session, keeper);
  }
  return {
    ours: { p50Ms: median(ours), p90Ms: percentile(ours, 0.9) },
    raw: { p50Ms: median(raw), p90Ms: percentile(raw, 0.9) },
    bridge: { p50Ms: median(onBridge), p90Ms: percentile(onBridge, 0.9) },
  };
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @param {(result: T) => Promise<unknown>} undo not counted
 */
async function timed(work, undo) {
  const since = performance.now();
  const result = await work();
  const took = performance.now() - since;
  await undo(result);
  return took;
}

/**
 * @param {string} socket
 * @param {string} network
 */
const timedOnEngine = (socket, network) =>
  timed(
    () => runOnEngine(socket, network),
    (id) => removeFromEngine(socket, id),
  );

/** @param {import('../zun-api.mjs').Session} session */
async function runThroughApi(session) {
  const { uuid } = await session.call('POST', '/containers?run=true', {
    image: 'busybox',
    command: COMMAND,
    cpu: 0.1,
    memory: 64,
  });
  for (;;) {
    const { status, status_reason: reason } = await session.call('GET', `/containers/${uuid}`);
    if (status === 'Running') return uuid;
    if (status === 'Error') throw new Error(`the container is in Error: ${reason}`);
    await sleep(POLL_MS);
  }
}

/**
 * @param {import('../zun-api.mjs').Session} session
 * @param {string} uuid
 */
async function removeThroughApi(session, uuid) {
  await session.call('POST', `/containers/${uuid}/kill`);
  const gone = async () =>
    session.call('GET', `/containers/${uuid}`).then(
      (seen) => seen,
      () => null,
    );
  while ((await gone())?.status === 'Running') await sleep(20);
  await session.call('DELETE', `/containers/${uuid}`);
  while (await gone()) await sleep(20);
}

/**
 * @param {string} socket
 * @param {string} network
 * @returns {Promise<string>}
 */
async function runOnEngine(socket, network) {
  const body = {
    Image: 'busybox',
    Cmd: COMMAND,
    HostConfig: { NetworkMode: network, Memory: 64 * 2 ** 20, CpuShares: 102 },
  };
  const { Id } = JSON.parse(await engineCall(socket, 'POST', '/containers/create', { body: JSON.stringify(body) }));
  await engineCall(socket, 'POST', `/containers/${Id}/start`);
  return Id;
}

/**
 * @param {string} socket
 * @param {string} id
 */
const removeFromEngine = (socket, id) => engineCall(socket, 'DELETE', `/containers/${id}?force=true`);
