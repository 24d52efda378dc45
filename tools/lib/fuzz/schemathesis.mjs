import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, exec } from '../exec.mjs';
import { Problem } from '../problem.mjs';

/** As pip takes it. */
export const SCHEMATHESIS = 'schemathesis==4.32.5';

/** What an answer must never be: a 5xx, or anything that the document does not have. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** They take the only host away, and 503 is the right answer from then on; or they go on for as long as somebody listens. */
const NOT_SENT = ['forceDownService', 'deleteService', 'containerLogs', 'containerStats', 'watchEvents'];

/** Longer than any request may take: [api] rpc_timeout and the engine's own. */
const REQUEST_SECONDS = 120;

/**
 * @typedef {object} Files where a run leaves what it found
 * @property {string} dir
 * @property {string} name of the files, without an ending
 */

/** @param {Files} files */
export const reportOf = ({ dir, name }) => join(dir, `${name}.json`);

/** @param {Files} files */
export const logOf = ({ dir, name }) => join(dir, `${name}.log`);

/**
 * Runs Schemathesis for a while: all of its phases, on every operation.
 * @param {string} bin its folder of programs
 * @param {Files & { url: string, token: string, seconds: number, seed?: string }} options
 * @throws {Problem} when it could not run; what it found is no error here
 */
export async function runSchemathesis(bin, { url, token, seconds, seed, ...files }) {
  mkdirSync(files.dir, { recursive: true });
  for (const file of [reportOf(files), logOf(files)]) rmSync(file, { force: true });
  const args = [
    'run',
    `${url}/v1/openapi.json`,
    ...['--header', `X-Auth-Token: ${token}`, '--checks', CHECKS.join(','), '--continue-on-failure'],
    ...['--max-time', String(Math.max(1, Math.round(seconds))), '--request-timeout', String(REQUEST_SECONDS)],
    ...NOT_SENT.flatMap((id) => ['--exclude-operation-id', id]),
    ...['--report', 'json', '--report-json-path', reportOf(files), '--generation-database', 'none', '--no-color'],
    ...(seed === undefined ? [] : ['--seed', seed]),
  ];
  try {
    await exec(join(bin, 'schemathesis'), args, { cwd: files.dir, logFile: logOf(files) });
  } catch (error) {
    // 1: it found something. What that is stands in its report.
    if (error instanceof CommandFailed && / ended with 1(:|$)/m.test(error.message)) return;
    if (error instanceof CommandFailed)
      throw new Problem(`Schemathesis could not run. Its log: ${logOf(files)}`, error.output.slice(-1_000));
    throw error;
  }
}
