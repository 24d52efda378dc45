#!/usr/bin/env node
/** `npm run bench`: figures and ratios of one run, side by side with their floors. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/apt.mjs';
import { measureParts, PARTS } from './lib/bench/parts.mjs';
import { measureCreates } from './lib/bench/reads.mjs';
import { renderReport } from './lib/bench/report.mjs';
import { build } from './lib/build.mjs';
import { CLUSTER_PACKAGES, createCluster } from './lib/cluster/cluster.mjs';
import { ensureDocker } from './lib/docker.mjs';
import { ensureImages, IMAGE_PACKAGES } from './lib/images.mjs';
import { demandNode } from './lib/node.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { home } from './lib/paths.mjs';
import { Problem } from './lib/problem.mjs';
import { createSteps, main } from './lib/steps.mjs';
import { openSession, waitForHosts } from './lib/zun-api.mjs';

const PORT_BASE = 20500;
const ALL = [...Object.keys(PARTS), 'writes'];
const HELP = `Usage: npm run bench -- [--only <part>] [--quick] [--json <file>] [--keep]

Brings up a cluster of its own under .zun/bench (MariaDB, RabbitMQ, Keystone, our services, on this machine's Docker), and
measures in one run: reads (also of a million rows) and creates against a bare Fastify server doing the same SQL, create-to-Running
against the engine alone, one call over each transport, the memory of each idle service, streams into containers against \`docker exec\`. Prints a table of ratios; machines are noisy, ratios less so.

  --only <part>  one part of it, or several of them, each with an --only: ${ALL.join(', ')}
  --quick        shorter rounds
  --json <file>  where the figures go; default .zun/bench/report.json
  --keep         leaves the cluster running
`;

const dir = join(home, 'bench');
const { step, print } = createSteps();

await main(async () => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      only: { type: 'string', multiple: true, default: ALL },
      quick: { type: 'boolean' },
      keep: { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  if (values.help) return print(HELP);
  const unknown = values.only.find((part) => !ALL.includes(part));
  if (unknown !== undefined) throw new Problem(`There is no part ${unknown}.`, `There are: ${ALL.join(', ')}.`);
  const report = await bench({ parts: values.only, quick: values.quick === true, keep: values.keep === true });
  const file = values.json ?? join(dir, 'report.json');
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`\n${renderReport(report)}\n\nThe figures: ${relative(process.cwd(), file)}`);
});

/** @param {{ parts: string[], quick: boolean, keep: boolean }} options */
async function bench({ parts, quick, keep }) {
  await step('Node', (say) => say(demandNode()));
  await step('Debian packages', (say) => ensurePackages([...CLUSTER_PACKAGES, ...IMAGE_PACKAGES, 'wrk'], say));
  await step('npm packages', ensureNpmPackages);
  await step('Build', build);
  const socket = await step('Container engine', (say) => ensureDocker(home, say));
  await step('First images', (say) => ensureImages(socket, say));
  const onHosts = parts.filter((part) => part !== 'writes');
  const measured = onHosts.length > 0 ? await measure(socket, { parts: onHosts, quick, keep }) : {};
  const writes = parts.includes('writes')
    ? await measureWrites(await describe(join(dir, 'writes'), PORT_BASE + 20, socket), quick)
    : undefined;
  return { at: new Date().toISOString(), node: process.version, ...measured, writes };
}

/**
 * @param {string} socket
 * @param {{ parts: string[], quick: boolean, keep: boolean }} options
 */
async function measure(socket, { parts, quick, keep }) {
  const cluster = await describe(dir, PORT_BASE, socket);
  await step('Cluster', () => cluster.up());
  try {
    return await measureParts({ cluster, socket, parts, quick, step });
  } finally {
    if (!keep) await step('Cluster stopped', () => cluster.down());
  }
}

/**
 * @param {string} where
 * @param {number} portBase
 * @param {string} socket
 */
function describe(where, portBase, socket) {
  return createCluster({
    dir: where,
    portBase,
    dockerHost: `unix://${socket}`,
    hosts: [{ name: 'bench-host', cpus: 1_000_000, memoryMib: 100_000_000, diskGib: 100_000 }],
    settings: {
      quota: { driver: 'zun.common.quota.NoopQuotaDriver' },
      websocket_proxy: { max_streams_per_project: 1_000 },
    },
    forTests: true,
  });
}

/**
 * On a cluster of its own, which goes with all that was accepted: its host sleeps, and carries out nothing.
 * @param {import('./lib/cluster/cluster.mjs').Cluster} cluster
 * @param {boolean} quick
 */
async function measureWrites(cluster, quick) {
  await step('Cluster for writes', () => cluster.up());
  const processOf = (/** @type {string} */ wanted) => Number(cluster.status().find(({ name }) => name === wanted)?.pid);
  try {
    await waitForHosts(await openSession(cluster.credentials('admin')), 1);
    const session = await openSession(cluster.credentials('demo'));
    process.kill(processOf('compute-1'), 'SIGSTOP');
    return await step('Creates', () =>
      measureCreates({
        url: String(cluster.apiUrls[0]),
        pid: processOf('api-1'),
        session,
        database: { ...cluster.tester, database: 'zun' },
        rounds: quick ? 1 : 3,
        seconds: quick ? 2 : 5,
      }),
    );
  } finally {
    await cluster.kill('compute-1');
    await step('Cluster for writes removed', () => cluster.purge());
  }
}
