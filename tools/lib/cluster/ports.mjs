import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isFree } from '../ports.mjs';
import { Problem } from '../problem.mjs';

/** In the order of their numbers: the first has the base, the next one more, and so on. */
const NAMES = /** @type {const} */ ([
  'api',
  'api-1',
  'api-2',
  'keystone',
  'mariadb',
  'rabbitmq',
  'rabbitmq-peers',
  'epmd',
  'glance',
]);
const STRIDE = 10;
const TRIES = 20;

/** @typedef {Record<typeof NAMES[number], number>} ClusterPorts */

/**
 * The ports of a cluster. Chosen once, the first free ones from the base on, and then kept.
 * @param {string} file
 * @param {number} base
 * @returns {Promise<ClusterPorts>}
 */
export async function keptPorts(file, base) {
  /** @type {Record<string, number>} */
  const ports = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  for (const [index, name] of NAMES.entries()) ports[name] ??= await firstFree(name, base + index);
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return /** @type {ClusterPorts} */ (ports);
}

/**
 * @param {string} name
 * @param {number} from
 */
async function firstFree(name, from) {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = from + tried * STRIDE;
    if (await isFree(port)) return port;
  }
  throw new Problem(
    `No free port for ${name} from ${from} on.`,
    'Give another block:  npm run cluster -- up --ports <first port>',
  );
}
