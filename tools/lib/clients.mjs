import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, exec } from './exec.mjs';
import { Problem, messageOf } from './problem.mjs';

/** zunclient still imports what newer setuptools no longer have. */
const REQUIREMENTS = ['python-zunclient==5.5.0', 'python-openstackclient', 'setuptools<81'];

/** What the virtual environment is made with. */
export const CLIENT_PACKAGES = ['python3-venv'];

/**
 * OpenStack's own command-line clients, in a virtual environment of theirs; made once.
 * @param {string} dir
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string>} the folder to put first in PATH
 */
export async function ensureClients(dir, say) {
  const stamp = join(dir, '.complete');
  const bin = join(dir, 'bin');
  const wanted = REQUIREMENTS.join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    say('there');
    return bin;
  }
  say(`pip install ${REQUIREMENTS.slice(0, 2).join(' ')}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await install(dir);
  writeFileSync(stamp, wanted);
  say('installed');
  return bin;
}

/** @param {string} dir */
async function install(dir) {
  try {
    await exec('/usr/bin/python3', ['-m', 'venv', dir]);
    await exec(join(dir, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', ...REQUIREMENTS]);
  } catch (error) {
    const output = error instanceof CommandFailed ? error.output.trim().split('\n').slice(-3).join('\n') : messageOf(error);
    throw new Problem(
      `The Python clients could not be installed: ${output}`,
      `By hand, once the Python package index is reachable:\n  python3 -m venv ${dir} && ${dir}/bin/pip install ${REQUIREMENTS.map((r) => `'${r}'`).join(' ')}`,
    );
  }
}
