#!/usr/bin/env node
/** `npm run cluster`: the distributed footprint on this machine, with servers of its own. */
import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/apt.mjs';
import { build } from './lib/build.mjs';
import { CLIENT_PACKAGES, ensureClients } from './lib/clients.mjs';
import { CLUSTER_PACKAGES, createCluster } from './lib/cluster/cluster.mjs';
import { GLANCE_PACKAGES } from './lib/cluster/glance.mjs';
import { engineSocket, ensureDocker } from './lib/docker.mjs';
import { ensureImages, IMAGE_PACKAGES } from './lib/images.mjs';
import { demandNode } from './lib/node.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { writeOpenrc } from './lib/openrc.mjs';
import { home } from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';
import { createSteps, main } from './lib/steps.mjs';
import { openSession, waitForHosts } from './lib/zun-api.mjs';

const PORT_BASE = 19500;
const HELP = `Usage: npm run cluster -- up|status|down [options]

MariaDB, RabbitMQ, Keystone, two API copies behind a balancer, two schedulers and two compute services, on loopback, all
under .zun/cluster/. Servers that this machine already runs are not touched.

  up       starts what is not running, and installs what is missing (Debian packages through apt, as root or by sudo)
             --glance          with Glance, from then on: images of its, and commits to it
             --ports <first>   where its block of ports begins, at the first "up"; default ${PORT_BASE}
  status   one line for each server
  down     stops all; data stay
             --purge           and deletes everything

Act as a user:  source .zun/cluster/openrc  (demo), adminrc, other-openrc (another tenant), readerrc (may only look).
Each server's log is .zun/cluster/<name>.log.
`;

const dir = join(home, 'cluster');
const clientsDir = join(home, 'clients');
const { step, print, elapsed } = createSteps();

await main(async () => {
  const { values, positionals } = options();
  const command = values.help ? 'help' : positionals[0];
  if (command === 'up') return up(Number(values.ports ?? PORT_BASE), values.glance === true || hasGlance());
  if (command === 'down') return down(values.purge === true);
  if (command === 'status') return status();
  print(HELP);
  if (command !== 'help') process.exitCode = 2;
});

function options() {
  const known = /** @type {const} */ ({
    help: { type: 'boolean' },
    purge: { type: 'boolean' },
    ports: { type: 'string' },
    glance: { type: 'boolean' },
  });
  try {
    return parseArgs({ options: known, allowPositionals: true });
  } catch (error) {
    throw new Problem(error instanceof Error ? error.message : String(error), 'See  npm run cluster -- --help');
  }
}

/**
 * @param {number} portBase
 * @param {boolean} glance
 */
async function up(portBase, glance) {
  await step('Node', (say) => say(demandNode()));
  const packages = [...CLUSTER_PACKAGES, ...(glance ? GLANCE_PACKAGES : []), ...IMAGE_PACKAGES, ...CLIENT_PACKAGES];
  await step('Debian packages', (say) => ensurePackages(packages, say));
  const socket = await step('Container engine', (say) => ensureDocker(home, say));
  await step('npm packages', ensureNpmPackages);
  await step('Build', build);
  await step('First images', (say) => ensureImages(socket, say));
  const cluster = await describe(socket, portBase, glance);
  await cluster.up(step);
  await step('hosts', async (say) => {
    await waitForHosts(await openSession(cluster.credentials('admin')), hosts().length);
    say(
      `${hosts()
        .map((host) => host.name)
        .join(' and ')} report`,
    );
  });
  await step('OpenStack clients', (say) => ensureClients(clientsDir, say));
  writeOpenrcs(cluster);
  print(`\nUp in ${elapsed()}: ${cluster.apiUrl}. Try next:\n`);
  print(`    source ${relative(process.cwd(), join(dir, 'openrc'))}`);
  print('    zun run --name mine busybox sleep 1000');
  print('    zun list');
}

/** @param {boolean} purge */
async function down(purge) {
  const cluster = await existing();
  await cluster.down(step);
  if (purge) await step('data', () => cluster.purge());
}

async function status() {
  const cluster = await existing();
  const rows = cluster.status().map(({ name, state, pid, port, memoryMib, since }) => {
    const cells = [
      name,
      state,
      pid ?? '',
      port ?? '',
      memoryMib === undefined ? '' : `${memoryMib} MiB`,
      since?.replace('T', ' ').slice(0, 19) ?? '',
    ];
    return cells.map(String);
  });
  printTable([['name', 'state', 'pid', 'port', 'memory', 'since (UTC)'], ...rows]);
  if (rows.some((cells) => cells[1] !== 'running')) process.exitCode = 1;
}

/** @param {string[][]} rows */
function printTable(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  for (const cells of rows)
    print(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/**
 * @param {string} socket
 * @param {number} portBase
 * @param {boolean} glance
 */
function describe(socket, portBase, glance) {
  return createCluster({ dir, portBase, glance, dockerHost: `unix://${socket}`, hosts: hosts() });
}

/** The cluster of an earlier `up`. */
function existing() {
  if (!existsSync(join(dir, 'ports.json'))) throw new Problem('There is no cluster here.', 'Make one:  npm run cluster -- up');
  return describe(engineSocket(), PORT_BASE, hasGlance());
}

/** Has an earlier `up` been asked for it? */
function hasGlance() {
  return existsSync(join(dir, 'glance'));
}

/** Two hosts that share this machine, each with half of it. */
function hosts() {
  const { blocks, bsize } = statfsSync('/');
  const half = {
    cpus: Math.max(1, Math.floor(availableParallelism() / 2)),
    memoryMib: Math.floor(totalmem() / 2 ** 21),
    diskGib: Math.floor((blocks * bsize) / 2 ** 31),
  };
  return [
    { name: 'host-1', ...half, labels: 'rack=r1' },
    { name: 'host-2', ...half, labels: 'rack=r2' },
  ];
}

/** @param {import('./lib/cluster/cluster.mjs').Cluster} cluster */
function writeOpenrcs(cluster) {
  const bin = join(clientsDir, 'bin');
  writeOpenrc(join(dir, 'openrc'), cluster.credentials('demo'), bin);
  writeOpenrc(join(dir, 'adminrc'), cluster.credentials('admin'), bin);
  writeOpenrc(join(dir, 'other-openrc'), cluster.credentials('other'), bin);
  writeOpenrc(join(dir, 'readerrc'), cluster.credentials('reader'), bin);
}
