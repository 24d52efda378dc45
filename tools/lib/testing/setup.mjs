import { ensurePackages } from '../apt.mjs';
import { CLIENT_PACKAGES, ensureClients } from '../clients.mjs';
import { CLUSTER_PACKAGES } from '../cluster/cluster.mjs';
import { GLANCE_PACKAGES } from '../cluster/glance.mjs';
import { ensureImages, IMAGE_PACKAGES } from '../images.mjs';
import { demandNode } from '../node.mjs';
import { ensureNpmPackages } from '../npm-packages.mjs';
import { clientsDir, SYSTEM_PROJECTS, testClusterOf, testEngine, testHome } from './places.mjs';

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
 * What the system tests need: private engines, servers, clients, a browser.
 * @param {Step} step
 * @returns {Promise<NodeJS.ProcessEnv>} tells the tests where these are
 */
export async function setUpServers(step) {
  const servers = [...CLUSTER_PACKAGES, ...GLANCE_PACKAGES];
  const packages = [...ENGINE_PACKAGES, ...servers, ...IMAGE_PACKAGES, ...CLIENT_PACKAGES, ...BROWSER_PACKAGES];
  await step('Debian packages', (say) => ensurePackages(packages, say));
  await step('OpenStack clients', (say) => ensureClients(clientsDir, say));
  for (const project of SYSTEM_PROJECTS) {
    const engine = testEngine(project);
    await step(`private engine for ${project}`, () => engine.start());
    await step('first images', (say) => ensureImages(engine.socket, say));
  }
  const cluster = await testClusterOf();
  await cluster.upServers(step);
  return {
    ZUN_TEST_HOME: testHome,
    ZUN_TEST_CLIENTS: clientsDir,
    ZUN_TEST_RABBITMQ_URL: cluster.transportUrl.replace('rabbit://', 'amqp://'),
    ZUN_TEST_MARIADB_SOCKET: cluster.tester.socketPath,
    ZUN_TEST_MARIADB_USER: cluster.tester.user,
    ZUN_TEST_MARIADB_PASSWORD: cluster.tester.password,
    ZUN_TEST_KEYSTONE_URL: cluster.authUrl,
  };
}

/**
 * What the tests of one project need besides.
 * @param {string} project
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentOf(project) {
  return { ZUN_TEST_PROJECT: project, ZUN_TEST_DOCKER_SOCKET: testEngine(project).dockerHost };
}

/** Ends the engines and the servers; their data stay for the next run. */
export async function tearDownServers() {
  await (await testClusterOf()).down();
  for (const project of SYSTEM_PROJECTS) await testEngine(project).stop();
}
