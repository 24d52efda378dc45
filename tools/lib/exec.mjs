import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Problem } from './problem.mjs';

const TAIL = 2_000;

/** A command that ended with something other than 0. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {number | string | null} status exit code or signal
   * @param {string} output
   */
  constructor(command, status, output) {
    super(`${command} ended with ${status}${output ? `:\n${output.slice(-TAIL).trimEnd()}` : ''}`);
    this.name = 'CommandFailed';
    this.output = output;
  }
}

/**
 * @typedef {object} ExecOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] replaces the environment
 * @property {string} [input]
 * @property {boolean} [asRoot] through sudo when this is not root's session
 * @property {number} [uid] only for root
 * @property {number} [gid]
 * @property {string} [logFile] a copy of the output, appended
 * @property {boolean} [show] let the output through instead of collecting it
 * @property {number} [timeoutMs]
 */

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {ExecOptions} [options]
 * @returns {Promise<string>} what it wrote to stdout
 */
export function exec(command, args, options = {}) {
  const argv = options.asRoot ? rootArgv([command, ...args]) : [command, ...args];
  const { promise, resolve, reject } = deferred();
  const child = spawn(/** @type {string} */ (argv[0]), argv.slice(1), {
    cwd: options.cwd,
    env: options.env ?? process.env,
    uid: options.uid,
    gid: options.gid,
    timeout: options.timeoutMs,
    stdio: options.show ? ['inherit', 'inherit', 'inherit'] : ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let all = '';
  const log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    all += chunk;
    log?.write(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    all += chunk;
    log?.write(chunk);
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  child.on('error', (error) => reject(new CommandFailed(argv.join(' '), error.message, all)));
  child.on('close', (code, signal) => {
    log?.end();
    if (code === 0) resolve(stdout);
    else reject(new CommandFailed(argv.join(' '), code ?? signal, all));
  });
  return promise;
}

/** @returns {{ promise: Promise<string>, resolve: (value: string) => void, reject: (error: Error) => void }} */
function deferred() {
  /** @type {(value: string) => void} */
  let resolve = () => undefined;
  /** @type {(error: Error) => void} */
  let reject = () => undefined;
  const promise = /** @type {Promise<string>} */ (
    new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    })
  );
  return { promise, resolve, reject };
}

/**
 * Is this program there?
 * @param {string} program
 */
export function hasProgram(program) {
  const path = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
  return spawnSync('/bin/sh', ['-c', `command -v "$1"`, 'sh', program], { env: { ...process.env, PATH: path } }).status === 0;
}

export const isRoot = () => process.getuid?.() === 0;

/**
 * The same command as root.
 * @param {string[]} argv
 * @returns {string[]}
 */
export function rootArgv(argv) {
  if (isRoot()) return argv;
  if (hasProgram('sudo')) return ['sudo', ...(process.stdin.isTTY ? [] : ['-n']), ...argv];
  throw new Problem(
    `This needs root: ${argv.slice(0, 4).join(' ')} …`,
    'You are not root and there is no sudo. Run the command again as root, or install sudo first.',
  );
}
