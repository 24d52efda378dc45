import { join } from 'node:path';
import { createCluster } from '../cluster/cluster.mjs';
import { home } from '../paths.mjs';
import { privateEngine } from '../private-engine.mjs';

/** What tests keep between runs. The same for `npm test` and for a spec that is run by itself. */
export const testHome = process.env.ZUN_TEST_HOME ?? join(home, 'test');

export const clientsDir = process.env.ZUN_TEST_CLIENTS ?? join(home, 'clients');

/** First port of the tests' cluster; that of `npm run cluster` is another. */
export const TEST_PORT_BASE = 19700;

/** A container engine of the tests' own. */
export const testEngine = () => privateEngine(join(testHome, 'engine'));

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
