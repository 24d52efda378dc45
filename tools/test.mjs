#!/usr/bin/env node
/** `npm test`: sets up what is missing and runs everything that must hold. */
import { setUpPackages, setUpServers, tearDownServers } from './lib/testing/setup.mjs';
import { total } from './lib/testing/result.mjs';
import { STAGES } from './lib/testing/stages.mjs';
import { messageOf, Problem } from './lib/problem.mjs';
import { createSteps, seconds } from './lib/steps.mjs';

const HELP = `Usage: npm test [-- stage... [file...]]

Runs these stages, or only those named; files (names with a dot or a slash) narrow the tests down.

${STAGES.map(({ name, what }) => `  ${name.padEnd(11)} ${what}`).join('\n')}

  npm test -- unit
  npm test -- system test/e2e/clients.spec.ts
  npm test -- down       ends what a broken run left behind

The servers of the tests are their own, in .zun/test/; those of this machine are not touched. They are ended afterwards
unless --keep is given. The last line says how many tests passed, failed and were skipped.
`;

/** @typedef {import('./lib/testing/result.mjs').StageResult} StageResult */
/** @typedef {import('./lib/testing/stages.mjs').Stage} Stage */

const { step, print } = createSteps();
await run(process.argv.slice(2));

/** @param {string[]} argv */
async function run(argv) {
  const words = argv.filter((word) => !word.startsWith('-'));
  if (argv.includes('--help')) return print(HELP);
  if (words.includes('down')) return tearDownServers();
  const files = words.filter((word) => /[./]/.test(word));
  const names = words.filter((word) => !files.includes(word));
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown) {
    process.exitCode = 2;
    return print(`There is no stage ${unknown}.\n\n${HELP}`);
  }
  const stages = STAGES.filter((stage) => (names.length === 0 ? !stage.onlyByName : names.includes(stage.name)));
  conclude(await runAll(stages, files, argv.includes('--keep')));
}

/**
 * @param {Stage[]} stages
 * @param {string[]} files
 * @param {boolean} keep
 * @returns {Promise<StageResult[]>}
 */
async function runAll(stages, files, keep) {
  print('Setting up');
  if (!(await succeeds(() => setUpPackages(step)))) return [setUpFailed()];
  /** @type {StageResult[]} */
  const results = [];
  for (const stage of stages.filter((one) => !one.needsServers)) results.push(await runStage(stage, {}, files));
  const onServers = stages.filter((one) => one.needsServers);
  if (onServers.length > 0) results.push(...(await runOnServers(onServers, files, keep)));
  return results;
}

/**
 * @param {Stage[]} stages
 * @param {string[]} files
 * @param {boolean} keep
 */
async function runOnServers(stages, files, keep) {
  print('\nSetting up engine and servers');
  /** @type {NodeJS.ProcessEnv | undefined} */
  let env;
  /** @type {StageResult[]} */
  const results = [];
  try {
    if (!(await succeeds(async () => void (env = await setUpServers(step))))) return [setUpFailed()];
    for (const stage of stages) results.push(await runStage(stage, env ?? {}, files));
  } finally {
    if (!keep) await succeeds(tearDownServers);
  }
  return results;
}

/**
 * @param {Stage} stage
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} files
 * @returns {Promise<StageResult>}
 */
async function runStage({ name, what, run: work }, env, files) {
  print(`\n${name}: ${what}`);
  const began = performance.now();
  const done = (/** @type {{ passed: number, failed: number, skipped: number }} */ counts) => ({
    name,
    ...counts,
    ms: performance.now() - began,
  });
  try {
    return done((await work({ say: (text) => print(`  ${text}`), env, files })) ?? { passed: 1, failed: 0, skipped: 0 });
  } catch (error) {
    tell(error);
    return done({ passed: 0, failed: 1, skipped: 0 });
  }
}

/** @param {() => Promise<unknown>} work */
async function succeeds(work) {
  try {
    await work();
    return true;
  } catch (error) {
    tell(error);
    return false;
  }
}

/** @param {unknown} error */
function tell(error) {
  print(error instanceof Error && 'output' in error ? String(error.output) : messageOf(error));
  if (error instanceof Problem && error.advice) print(error.advice.replace(/^/gm, '  '));
}

/** @returns {StageResult} */
function setUpFailed() {
  return { name: 'setting up', passed: 0, failed: 1, skipped: 0, ms: 0 };
}

/** @param {StageResult[]} results */
function conclude(results) {
  print();
  for (const { name, passed, failed, skipped, ms } of results) {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    print(`  ${failed > 0 ? 'FAIL' : 'ok  '} ${name.padEnd(12)} ${counts.padEnd(42)} ${seconds(ms).padStart(8)}`);
  }
  const { passed, failed, skipped } = total(results);
  if (failed > 0) process.exitCode = 1;
  print(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
}
