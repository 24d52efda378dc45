import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { median, percentile } from './statistics.mjs';

const QUIET = { info() {}, warn() {}, error() {} };
const UUID = '11111111-1111-4111-8111-111111111111';

/** @param {string} lib */
const built = (lib) => import(pathToFileURL(join(root, 'libs', lib, 'dist', 'index.js')).href);

/**
 * One call there and back, of each transport, one after the other.
 * @param {{ brokerUrl: string, calls: number }} options
 */
export async function measureMessages({ brokerUrl, calls }) {
  const { MemoryTransport, RabbitMqTransport } = await built('transport');
  const memory = new MemoryTransport(QUIET);
  const options = { urls: [brokerUrl], prefetch: 50 };
  const caller = await RabbitMqTransport.connect(options, QUIET);
  const answerer = await RabbitMqTransport.connect(options, QUIET);
  await new Promise((resolve) => caller.onConnect(() => resolve(undefined)));
  try {
    return { memory: await roundTrips(memory, memory, calls), rabbitmq: await roundTrips(caller, answerer, calls) };
  } finally {
    await Promise.all([memory, caller, answerer].map((transport) => transport.close()));
  }
}

/**
 * @param {any} caller
 * @param {any} answerer
 * @param {number} calls
 */
async function roundTrips(caller, answerer, calls) {
  const { computeOn, getTop } = await built('contracts');
  const { on } = await built('transport');
  const at = computeOn(`bench-${process.pid}`);
  await answerer.serve(at, [on(getTop, () => ({ titles: ['PID'], processes: [['1']] }))]);
  const took = [];
  for (let call = 0; call < calls + 50; call++) {
    const since = performance.now();
    await caller.request(at, getTop, { uuid: UUID, psArgs: null }, { timeoutMs: 5_000 });
    if (call >= 50) took.push(performance.now() - since);
  }
  return { p50Ms: median(took), p99Ms: percentile(took, 0.99) };
}
