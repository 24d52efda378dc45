import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.mjs';

/**
 * The newest Node with long-term support that the npm registry has, installed beside the machine's own.
 * @param {string} dir
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string>} the program
 */
export async function ensureNodeLts(dir, say) {
  /** @type {string[]} */
  const versions = JSON.parse(await exec('npm', ['view', 'node', 'versions', '--json']));
  const version = newestLts(versions, new Date());
  const place = join(dir, version);
  const program = join(place, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(program)) {
    say(`installing Node ${version}`);
    mkdirSync(place, { recursive: true });
    await exec('npm', [
      'install',
      '--prefix',
      place,
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      `node@${version}`,
    ]);
  }
  say((await exec(program, ['--version'])).trim());
  return program;
}

/**
 * Even releases come in April, 20 in 2023, and enter long-term support at the end of October.
 * @param {string[]} versions in ascending order
 * @param {Date} today
 */
function newestLts(versions, today) {
  const supported = versions.filter((version) => {
    const major = Number(version.split('.')[0]);
    return /^\d+\.\d+\.\d+$/.test(version) && major % 2 === 0 && today >= new Date(Date.UTC(2013 + major / 2, 9, 31));
  });
  const newest = Math.max(...supported.map((version) => Number(version.split('.')[0])));
  return String(supported.filter((version) => version.startsWith(`${newest}.`)).at(-1));
}
