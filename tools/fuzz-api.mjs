#!/usr/bin/env node
/** `npm run fuzz-api`: Schemathesis, which makes requests up from the OpenAPI document, against an embedded service. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePackages } from './lib/apt.mjs';
import { build } from './lib/build.mjs';
import { CLIENT_PACKAGES } from './lib/clients.mjs';
import { ensureDocker } from './lib/docker.mjs';
import { embedded } from './lib/embedded.mjs';
import { findings, renderFuzz } from './lib/fuzz/findings.mjs';
import { runSchemathesis, SCHEMATHESIS } from './lib/fuzz/schemathesis.mjs';
import { ensureImages, IMAGE_PACKAGES } from './lib/images.mjs';
import { demandNode } from './lib/node.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { home } from './lib/paths.mjs';
import { anyFreePort } from './lib/ports.mjs';
import { Problem } from './lib/problem.mjs';
import { createSteps, main } from './lib/steps.mjs';
import { ensureVenv } from './lib/venv.mjs';
import { waitUntil } from './lib/wait.mjs';
import { openSession, waitForHosts } from './lib/zun-api.mjs';

const HELP = `Usage: npm run fuzz-api -- [--minutes <n>] [--seed <n>]

Starts an embedded service of its own on this machine's container engine, and lets ${SCHEMATHESIS} make requests up from its OpenAPI
document: each operation by itself, and chains of them (create a container, then use it), as a member of a project and as an
administrator. It fails on any answer of 500 and above, and on any that the document does not have: a status, a header or a body. Images
are taken from the engine; nothing is pulled on purpose. Taking the only host away (force-down, and forgetting its agent) is left out.

  --minutes <n>  how long, both users together (default 10)
  --seed <n>     makes the same requests as another run with this seed, as far as time allows
`;

const dir = join(home, 'fuzz-api');
const { step, print, elapsed } = createSteps();

await main(async () => {
  const { values } = parseArgs({
    options: { help: { type: 'boolean' }, minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
  });
  if (values.help) return print(HELP);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Problem(`--minutes must be a number above 0, not ${values.minutes}.`);
  if (values.seed !== undefined && !/^\d+$/.test(values.seed)) {
    throw new Problem(`--seed must be a whole number, not ${values.seed}.`);
  }
  const found = await withService((service, bin) => fuzz(service, bin, { minutes, seed: values.seed }));
  print(`\n${renderFuzz(found)}\n\nIn ${elapsed()}. All of it: ${relative(process.cwd(), dir)}`);
  if (found.some(({ failures, requests }) => failures.length > 0 || requests === 0)) process.exitCode = 1;
});

/**
 * @template T
 * @param {(service: import('./lib/embedded.mjs').Embedded, bin: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withService(work) {
  await step('Node', (say) => say(demandNode()));
  await step('Debian packages', (say) => ensurePackages([...IMAGE_PACKAGES, ...CLIENT_PACKAGES], say));
  await step('npm packages', ensureNpmPackages);
  await step('Build', build);
  const socket = await step('Container engine', (say) => ensureDocker(home, say));
  await step('Images', (say) => ensureImages(socket, say));
  const bin = await step('Schemathesis', (say) => ensureVenv(join(dir, 'venv'), [SCHEMATHESIS], say));
  const serviceHome = mkdtempSync(join(tmpdir(), 'zun-fuzz-'));
  const service = embedded({
    home: serviceHome,
    dockerHost: `unix://${socket}`,
    clientsBin: join(serviceHome, 'bin'),
    port: await anyFreePort(),
    settings: { DEFAULT: { host: `fuzz-${process.pid}` } },
  });
  try {
    await step('Service', async () => {
      service.configure();
      await service.ensureUsers();
      await service.start();
      await waitForHosts(await openSession(service.credentials('admin')), 1);
    });
    return await work(service, bin);
  } finally {
    await step('Containers deleted', () => deleteAll(service));
    await service.purge();
  }
}

/**
 * @param {import('./lib/embedded.mjs').Embedded} service
 * @param {string} bin
 * @param {{ minutes: number, seed?: string }} options
 */
async function fuzz(service, bin, { minutes, seed }) {
  const found = [];
  for (const user of /** @type {const} */ (['demo', 'admin'])) {
    const { token } = await openSession(service.credentials(user));
    const as = user === 'demo' ? 'a member' : 'an administrator';
    const files = { dir, name: user };
    const title = `As ${as}, ${minutes / 2} min`;
    await step(title, () => runSchemathesis(bin, { url: service.url(), token, seconds: minutes * 30, seed, ...files }));
    found.push({ as, ...findings(files) });
  }
  return found;
}

/**
 * Leaves nothing on the engine.
 * @param {import('./lib/embedded.mjs').Embedded} service
 */
async function deleteAll(service) {
  if (!service.isRunning()) return;
  const { call } = await openSession(service.credentials('admin'));
  await waitUntil(
    'all containers are gone',
    async () => {
      /** @type {{ containers: import('./lib/zun-api.mjs').Container[] }} */
      const { containers } = await call('GET', '/containers?all_projects=true');
      for (const { uuid, status } of containers) {
        if (status === 'Deleting') continue;
        // A paused container is not even deleted by force.
        const request =
          status === 'Paused' ? ['POST', `/containers/${uuid}/unpause`] : ['DELETE', `/containers/${uuid}?force=true`];
        await call(String(request[0]), String(request[1])).catch(() => undefined);
      }
      if (containers.length > 0) throw new Error(`${containers.length} are there`);
    },
    { timeoutMs: 120_000, intervalMs: 500 },
  );
}
