import { existsSync, readFileSync } from 'node:fs';
import { Problem } from '../problem.mjs';
import { logOf, reportOf } from './schemathesis.mjs';

/**
 * @typedef {object} Finding
 * @property {string} title
 * @property {number} count
 * @property {string[]} operations
 *
 * @typedef {object} Findings of one user's run
 * @property {number} requests
 * @property {number} operations that were tested
 * @property {string} seed
 * @property {Finding[]} failures
 * @property {string} log where each is told with its request
 */

/**
 * What a run found.
 * @param {import('./schemathesis.mjs').Files} files
 * @returns {Findings}
 * @throws {Problem} when it left no report
 */
export function findings(files) {
  if (!existsSync(reportOf(files))) throw new Problem(`Schemathesis left no report. Its log: ${logOf(files)}`);
  const text = readFileSync(reportOf(files), 'utf8');
  const { test_cases, operations, failures, errors } = JSON.parse(text);
  return {
    requests: test_cases.generated,
    operations: operations.tested,
    // Larger than a number of JavaScript's can be.
    seed: /"seed": ?(\d+)/.exec(text)?.[1] ?? '',
    failures: [
      ...failures,
      ...errors.map((/** @type {{ title?: string }} */ error) => ({ title: error.title ?? 'Error', count: 1 })),
    ].map(({ title, count, operations: where = [] }) => ({ title, count, operations: where })),
    log: logOf(files),
  };
}

/**
 * @param {(Findings & { as: string })[]} runs
 * @returns {string}
 */
export function renderFuzz(runs) {
  const lines = runs.flatMap(({ as, requests, operations, seed, failures, log }) => [
    `As ${as}: ${requests} requests to ${operations} operations, seed ${seed}: ${failures.length === 0 ? 'nothing found' : 'FAILED'}`,
    ...failures.map(({ title, count, operations: where }) => `  ${title}, ${count} times: ${where.join(', ')}`),
    ...(failures.length === 0 ? [] : [`  Each with its request: ${log}`]),
  ]);
  return lines.join('\n');
}
