import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, exec } from './exec.mjs';
import { Problem, messageOf } from './problem.mjs';

/**
 * A virtual environment of Python with these packages; made once, and again when they are others.
 * @param {string} dir
 * @param {string[]} requirements as pip takes them
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string>} its folder of programs
 */
export async function ensureVenv(dir, requirements, say) {
  const stamp = join(dir, '.complete');
  const bin = join(dir, 'bin');
  const wanted = requirements.join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    say('there');
    return bin;
  }
  say(`pip install ${requirements.filter((one) => !one.startsWith('setuptools')).join(' ')}`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await install(dir, requirements);
  writeFileSync(stamp, wanted);
  say('installed');
  return bin;
}

/**
 * @param {string} dir
 * @param {string[]} requirements
 */
async function install(dir, requirements) {
  try {
    await exec('/usr/bin/python3', ['-m', 'venv', dir]);
    await exec(join(dir, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', ...requirements]);
  } catch (error) {
    const output = error instanceof CommandFailed ? error.output.trim().split('\n').slice(-3).join('\n') : messageOf(error);
    const quoted = requirements.map((one) => `'${one}'`).join(' ');
    throw new Problem(
      `Python packages could not be installed: ${output}`,
      `By hand, once the Python package index is reachable:\n  python3 -m venv ${dir} && ${dir}/bin/pip install ${quoted}`,
    );
  }
}
