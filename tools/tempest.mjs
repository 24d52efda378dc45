#!/usr/bin/env node
/** `npm run tempest`: OpenStack's own tests of Zun, against the distributed footprint. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/apt.mjs';
import { build } from './lib/build.mjs';
import { CLIENT_PACKAGES } from './lib/clients.mjs';
import { CLUSTER_PACKAGES, createCluster } from './lib/cluster/cluster.mjs';
import { GLANCE_PACKAGES } from './lib/cluster/glance.mjs';
import { ensureDocker } from './lib/docker.mjs';
import { CommandFailed, exec } from './lib/exec.mjs';
import { ensureImages, ensureTempestImages, IMAGE_PACKAGES } from './lib/images.mjs';
import { demandNode } from './lib/node.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { home } from './lib/paths.mjs';
import { createSteps, main } from './lib/steps.mjs';
import { tempestConfiguration } from './lib/tempest/configuration.mjs';
import { openEnginePort } from './lib/tempest/engine-port.mjs';
import { failures, readTempest, renderTempest } from './lib/tempest/verdict.mjs';
import { ensureVenv } from './lib/venv.mjs';
import { openSession, waitForHosts } from './lib/zun-api.mjs';

const PORT_BASE = 21500;
const REQUIREMENTS = ['tempest==47.0.0', 'zun-tempest-plugin==4.14.0', 'setuptools<81'];
const ALL = 'zun_tempest_plugin.tests.tempest.api';
const GLANCE = 'image_driver_glance';
/** Upstream's gate runs at the newest version; the older tests of the plugin want one from before 1.20. */
const RUNS = /** @type {const} */ ([
  { title: 'All tests', microversion: '1.40', regex: `${ALL}(?!.*${GLANCE})` },
  { title: 'Legacy tests', microversion: '1.19', regex: `TestContainerLegacy(?!.*${GLANCE})` },
  // By themselves: they take an image away that others need.
  { title: 'Image of Glance', microversion: '1.40', regex: GLANCE },
  { title: 'Image of Glance, legacy', microversion: '1.19', regex: `TestContainerLegacy.*${GLANCE}` },
]);
const HELP = `Usage: npm run tempest -- [--regex <tests>] [--keep]

Brings up a cluster of its own under .zun/tempest (MariaDB, RabbitMQ, Keystone, Glance, our services, on this machine's Docker), and runs
${REQUIREMENTS.slice(0, 2).join(' and ')} against it: at microversion 1.40, then the plugin's legacy tests at 1.19. Prints one line for each
test. Those that need Neutron, Cinder or capsules say so; any other that fails makes this command fail. One test wants the engine on
127.0.0.1:2375: it is open there meanwhile, to whoever is on this machine.

  --regex <tests>  only these, as "tempest run --regex" takes them, at 1.40
  --keep           leaves the cluster running
`;

const dir = join(home, 'tempest');
const { step, print, elapsed } = createSteps();

await main(async () => {
  const { values } = parseArgs({
    options: { help: { type: 'boolean' }, keep: { type: 'boolean' }, regex: { type: 'string' } },
  });
  if (values.help) return print(HELP);
  const runs = values.regex ? [{ title: values.regex, microversion: '1.40', regex: values.regex }] : RUNS;
  const tests = await onCluster(values.keep === true, runs);
  const report = renderTempest(tests);
  const file = join(dir, 'report.txt');
  writeFileSync(file, `${report}\n`);
  print(`\n${report}\n\nIn ${elapsed()}. This table: ${relative(process.cwd(), file)}`);
  if (tests.length === 0 || failures(tests).length > 0) process.exitCode = 1;
});

/**
 * @param {boolean} keep
 * @param {readonly { title: string, microversion: string, regex: string }[]} runs
 */
async function onCluster(keep, runs) {
  await step('Node', (say) => say(demandNode()));
  const packages = [...CLUSTER_PACKAGES, ...GLANCE_PACKAGES, ...IMAGE_PACKAGES, ...CLIENT_PACKAGES];
  await step('Debian packages', (say) => ensurePackages(packages, say));
  await step('npm packages', ensureNpmPackages);
  await step('Build', build);
  const socket = await step('Container engine', (say) => ensureDocker(home, say));
  await step('Images', async (say) => {
    await ensureImages(socket, say);
    await ensureTempestImages(socket, say);
  });
  const bin = await step('Tempest', (say) => ensureVenv(join(dir, 'venv'), REQUIREMENTS, say));
  const cluster = await createCluster({
    dir: join(dir, 'cluster'),
    portBase: PORT_BASE,
    dockerHost: `unix://${socket}`,
    hosts: [
      { name: 'tempest-1', cpus: 32, memoryMib: 16_384, diskGib: 100 },
      { name: 'tempest-2', cpus: 32, memoryMib: 16_384, diskGib: 100 },
    ],
    glance: true,
    forTests: true,
  });
  await step('Cluster', () => cluster.up());
  const closePort = await openEnginePort(socket);
  try {
    await waitForHosts(await openSession(cluster.credentials('admin')), 2);
    const tests = [];
    for (const { title, microversion, regex } of runs) {
      await ensureTempestImages(socket, () => undefined);
      const run = () => runTempest(bin, cluster.credentials('admin'), microversion, regex);
      tests.push(...(await step(`${title} at ${microversion}`, run)));
    }
    return tests;
  } finally {
    await closePort();
    if (!keep) await step('Cluster stopped', () => cluster.down());
  }
}

/**
 * @param {string} bin
 * @param {import('./lib/openrc.mjs').Credentials} credentials
 * @param {string} microversion
 * @param {string} regex
 */
async function runTempest(bin, credentials, microversion, regex) {
  const workspace = join(dir, `workspace-${microversion}`);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, HOME: dir };
  rmSync(workspace, { recursive: true, force: true });
  const registry = ['--workspace-path', join(dir, `workspaces-${microversion}.yaml`)];
  rmSync(String(registry[1]), { force: true });
  await exec(join(bin, 'tempest'), ['init', ...registry, workspace], { env });
  mkdirSync(join(workspace, 'lock'), { recursive: true });
  writeFileSync(join(workspace, 'etc', 'tempest.conf'), tempestConfiguration({ dir: workspace, credentials, microversion }));
  const args = ['run', '--regex', regex, '--serial'];
  // It ends with 1 when a test fails; what that means is for us to say.
  const output = await exec(join(bin, 'tempest'), args, { cwd: workspace, env, logFile: join(workspace, 'run.log') }).catch(
    (error) => {
      if (error instanceof CommandFailed && error.output !== '' && existsSync(join(workspace, '.stestr'))) return error.output;
      throw error;
    },
  );
  return readTempest(output);
}
