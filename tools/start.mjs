#!/usr/bin/env node
/** `npm start`: from a bare machine to a container that has run. Run again, it changes nothing. */
import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensurePackages } from './lib/apt.mjs';
import { build } from './lib/build.mjs';
import { CLIENT_PACKAGES, ensureClients } from './lib/clients.mjs';
import { ensureDocker } from './lib/docker.mjs';
import { embedded } from './lib/embedded.mjs';
import { ensureImages, IMAGE_PACKAGES } from './lib/images.mjs';
import { demandNode } from './lib/node.mjs';
import { ensureNpmPackages } from './lib/npm-packages.mjs';
import { home } from './lib/paths.mjs';
import { messageOf, Problem } from './lib/problem.mjs';
import { createSteps, main } from './lib/steps.mjs';
import { openSession, runToEnd } from './lib/zun-api.mjs';

const HELP = `Usage: npm start

Installs what is missing (Docker, busybox, python3-venv; asks for root through sudo), builds, starts the service and runs
a first container. Stop it with  npm stop. Everything it keeps is in .zun/.

  ZUN_HOME     another folder than .zun
  ZUN_PORT     the port for the first start (later: [api] port in zun.conf); default 9517
  DOCKER_HOST  unix://… of the container engine to use; default: Docker on this machine
`;

const clientsDir = join(home, 'clients');
const { step, print, elapsed } = createSteps();

await main(async () => {
  if (process.argv.includes('--help')) return print(HELP);
  await step('Node', (say) => say(demandNode()));
  await step('Debian packages', (say) => ensurePackages([...IMAGE_PACKAGES, ...CLIENT_PACKAGES], say));
  const socket = await step('Container engine', (say) => ensureDocker(home, say));
  const clients = ensureClients(clientsDir, () => undefined).then(() => undefined, messageOfProblem); // meanwhile
  await step('npm packages', ensureNpmPackages);
  await step('Build', build);
  await step('First images', (say) => ensureImages(socket, say));
  const service = embedded({ home, dockerHost: `unix://${socket}`, clientsBin: join(clientsDir, 'bin'), port: portWanted() });
  await bringUp(service);
  const clientTrouble = await step('OpenStack clients', () => clients);
  const log = await firstContainer(service);
  conclude(service, log, clientTrouble);
});

/** @param {import('./lib/embedded.mjs').Embedded} service */
async function bringUp(service) {
  const file = relative(process.cwd(), service.configuration);
  await step('Configuration', (say) => say(service.configure() ? `${file} written` : `${file} kept`));
  await step('Users', async (say) => {
    const made = await service.ensureUsers();
    say(made.length > 0 ? `${made.join(' and ')} made` : 'demo and admin are there');
  });
  await step('Service', async (say) => say(`${await service.start()} at ${service.url()}`));
}

/**
 * @param {import('./lib/embedded.mjs').Embedded} service
 * @returns {Promise<string | undefined>} its log, when it had not run before
 */
async function firstContainer(service) {
  const mark = join(service.home, 'first-container');
  if (existsSync(mark)) return undefined;
  return step('First container', async (say) => {
    const session = await openSession(service.credentials('demo'));
    const { container, log } = await runToEnd(session, { name: 'hello', image: 'zun/hello' }).catch((error) => {
      throw new Problem(`The first container did not run: ${messageOf(error)}`, `The service's log is ${service.logFile}`);
    });
    writeFileSync(mark, `${container.uuid}\n`);
    say('hello has run and ended');
    return log;
  });
}

/**
 * @param {import('./lib/embedded.mjs').Embedded} service
 * @param {string | undefined} log
 * @param {string | undefined} clientTrouble
 */
function conclude(service, log, clientTrouble) {
  if (log !== undefined) print(`\nThe log of your first container:\n\n${log.trimEnd().replace(/^/gm, '    ')}`);
  if (clientTrouble) print(`\nThe service runs, but: ${clientTrouble}`);
  print(`\nUp in ${elapsed()}. Try next:\n`);
  print(`    source ${relative(process.cwd(), join(service.home, 'openrc'))}`);
  print('    zun run --name mine busybox sleep 1000');
  print("    zun exec mine sh -c 'echo this runs in my container, as $(id -un)'\n");
  print(`  Or in a browser: ${service.url()}/console/ as demo, with the password in that openrc.`);
  print('  npm stop ends the service; containers and data stay.');
}

function portWanted() {
  const port = process.env.ZUN_PORT;
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new Problem(`ZUN_PORT is ${port}: not a port.`);
  return port === undefined ? undefined : Number(port);
}

/** @param {unknown} error */
function messageOfProblem(error) {
  if (!(error instanceof Problem)) return messageOf(error);
  return [error.message, error.advice].filter(Boolean).join('\n\n');
}
