import { join } from 'node:path';
import { createCluster } from '../cluster/cluster.mjs';
import { home } from '../paths.mjs';
import { privateEngine } from '../private-engine.mjs';

/** What tests keep between runs. The same for `npm test` and for a spec that is run by itself. */
export const testHome = process.env.ZUN_TEST_HOME ?? join(home, 'test');

export const clientsDir = process.env.ZUN_TEST_CLIENTS ?? join(home, 'clients');

/** First port of the tests' cluster; that of `npm run cluster` is another. */
export const TEST_PORT_BASE = 19700;

/** The projects of vitest that need the system; they run at the same time, each on an engine of its own. */
export const SYSTEM_PROJECTS = /** @type {const} */ (['alone', 'servers']);

/**
 * A container engine of the tests' own.
 * @param {string} [project] whose; default: that of the tests that ask
 */
export const testEngine = (project = process.env.ZUN_TEST_PROJECT ?? 'alone') =>
  privateEngine(join(testHome, `engine-${project}`));

/**
 * The servers of the tests' own, and our services on them.
 * @param {Partial<import('../cluster/cluster.mjs').ClusterOptions>} [options]
 */
export const testClusterOf = (options = {}) =>
  createCluster({
    dir: join(testHome, 'cluster'),
    portBase: TEST_PORT_BASE,
    dockerHost: testEngine().dockerHost,
    hosts: [],
    forTests: true,
    ...options,
  });
