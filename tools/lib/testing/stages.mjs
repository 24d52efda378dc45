import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, compile } from '../build.mjs';
import { exec } from '../exec.mjs';
import { ensureNodeLts } from '../node-lts.mjs';
import { root } from '../paths.mjs';
import { SYSTEM_PROJECTS, testHome } from './places.mjs';
import { total, vitestCounts } from './result.mjs';
import { environmentOf } from './setup.mjs';

/** @typedef {import('../steps.mjs').Say} Say */
/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} what
 * @property {boolean} [needsServers]
 * @property {boolean} [onlyByName] not part of a run of everything
 * @property {(context: { say: Say, env: NodeJS.ProcessEnv, files: string[] }) => Promise<Counts | void>} run throws, or
 *   counts; what counts nothing is one test
 */

const silent = () => undefined;

/** @type {Stage[]} in the order in which they are run */
export const STAGES = [
  { name: 'format', what: 'prettier finds nothing to change', run: () => npx('prettier', '--check', '.') },
  { name: 'lint', what: 'eslint, with the rules about who may import whom', run: lint },
  { name: 'types', what: 'TypeScript, also of tests and tools', run: types },
  { name: 'build', what: 'the services as they are shipped', run: ({ say }) => build(say) },
  { name: 'unit', what: 'tests beside the code', run: ({ env, files }) => vitest('unit', process.execPath, env, files) },
  {
    name: 'system',
    what: 'tests on a real engine, real servers and with real clients (needs root)',
    needsServers: true,
    run: ({ env, files }) => system(process.execPath, env, files),
  },
  { name: 'lts', what: 'unit tests, and a first container, on the newest Node LTS', needsServers: true, run: onLts },
  {
    name: 'lts-system',
    what: 'all tests of the system on the newest Node LTS; only when it is named, as it takes as long as the system stage',
    needsServers: true,
    onlyByName: true,
    run: systemOnLts,
  },
];

/**
 * @param {string} tool
 * @param {...string} args
 */
async function npx(tool, ...args) {
  await exec('npx', ['--no-install', tool, ...args], { cwd: root, env: { ...process.env, NX_DAEMON: 'false', NO_COLOR: '1' } });
}

async function lint() {
  await npx('nx', 'run-many', '-t', 'lint', '--outputStyle=static');
  await npx('eslint', '--max-warnings=0', 'test', 'tools', '*.mjs', '*.ts');
}

async function types() {
  await compile();
  await npx('tsc', '-p', 'test');
  await npx('tsc', '-p', 'tools');
}

/**
 * @param {string} project
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} files only these, if there are any
 * @returns {Promise<Counts>}
 */
async function vitest(project, node, env, files) {
  const report = join(testHome, 'results', `${project}.json`);
  rmSync(report, { force: true });
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = await exec(node, [program, 'run', '--project', project, ...reporters, ...files], {
    cwd: root,
    env: { ...process.env, ...env },
    show: true,
  }).then(
    () => true,
    () => false,
  );
  return vitestCounts(report, succeeded);
}

/**
 * All tests of the system, on a Node.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} files
 * @returns {Promise<Counts>}
 */
async function system(node, env, files) {
  const runs = SYSTEM_PROJECTS.map((project) => vitest(project, node, { ...env, ...environmentOf(project) }, files));
  return total(await Promise.all(runs));
}

/** @type {Stage['run']} */
async function onLts({ say, env, files }) {
  const node = await builtLts(say);
  const unit = await vitest('unit', node, env, files);
  const start = await system(node, env, ['test/e2e/first-container.spec.ts']);
  return total([unit, start]);
}

/** @type {Stage['run']} */
async function systemOnLts({ say, env, files }) {
  return system(await builtLts(say), env, files);
}

/**
 * The tests start every service with the Node that they run on themselves.
 * @param {import('../steps.mjs').Say} say
 */
async function builtLts(say) {
  const node = await ensureNodeLts(join(testHome, '..', 'node-lts'), say);
  await build(silent);
  return node;
}
