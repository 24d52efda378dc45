import { ensurePackages } from '../apt.mjs';
import { CLIENT_PACKAGES, ensureClients } from '../clients.mjs';
import { CLUSTER_PACKAGES } from '../cluster/cluster.mjs';
import { ensureImages, IMAGE_PACKAGES } from '../images.mjs';
import { demandNode } from '../node.mjs';
import { ensureNpmPackages } from '../npm-packages.mjs';
import { clientsDir, testClusterOf, testEngine, testHome } from './places.mjs';

const ENGINE_PACKAGES = ['docker.io', 'iptables', 'iproute2', 'procps', 'podman', 'runc'];

/** The console is tried in it; the fonts are for its screenshots. */
const BROWSER_PACKAGES = ['chromium', 'fonts-dejavu-core'];

/** @typedef {import('../steps.mjs').Say} Say */
/** @typedef {<T>(title: string, work: (say: Say) => T | Promise<T>) => Promise<T>} Step */

/**
 * What every stage needs.
 * @param {Step} step
 */
export async function setUpPackages(step) {
  await step('Node', (say) => say(demandNode()));
  await step('npm packages', ensureNpmPackages);
}

/**
 * What the system tests need: a private engine, servers, clients, a browser.
 * @param {Step} step
 * @returns {Promise<NodeJS.ProcessEnv>} tells the tests where these are
 */
export async function setUpServers(step) {
  const packages = [...ENGINE_PACKAGES, ...CLUSTER_PACKAGES, ...IMAGE_PACKAGES, ...CLIENT_PACKAGES, ...BROWSER_PACKAGES];
  await step('Debian packages', (say) => ensurePackages(packages, say));
  await step('OpenStack clients', (say) => ensureClients(clientsDir, say));
  const engine = testEngine();
  await step('private engine', () => engine.start());
  await step('first images', (say) => ensureImages(engine.socket, say));
  const cluster = await testClusterOf();
  await cluster.upServers(step);
  return {
    ZUN_TEST_HOME: testHome,
    ZUN_TEST_CLIENTS: clientsDir,
    ZUN_TEST_DOCKER_SOCKET: engine.dockerHost,
    ZUN_TEST_RABBITMQ_URL: cluster.transportUrl.replace('rabbit://', 'amqp://'),
    ZUN_TEST_MARIADB_SOCKET: cluster.tester.socketPath,
    ZUN_TEST_MARIADB_USER: cluster.tester.user,
    ZUN_TEST_MARIADB_PASSWORD: cluster.tester.password,
    ZUN_TEST_KEYSTONE_URL: cluster.authUrl,
  };
}

/** Ends the engine and the servers; their data stay for the next run. */
export async function tearDownServers() {
  await (await testClusterOf()).down();
  await testEngine().stop();
}
