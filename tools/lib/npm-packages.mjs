import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.mjs';
import { root } from './paths.mjs';
import { Problem, messageOf } from './problem.mjs';

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} Locked
 */

/**
 * `npm ci`, when node_modules is not what package-lock.json says.
 * @param {import('./steps.mjs').Say} say
 */
export async function ensureNpmPackages(say) {
  const difference = firstDifference();
  if (!difference) return say('as locked');
  say(`npm ci, as ${difference}; takes a minute or two`);
  await exec('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root }).catch((error) => {
    throw new Problem(
      `npm ci failed: ${messageOf(error)}`,
      'Check that the npm registry is reachable (npm ping), then run this again.',
    );
  });
  say('installed');
}

/** npm itself notes at the end of an installation what it has put into node_modules. */
function firstDifference() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return 'node_modules is missing';
  const installed = packagesOf(note);
  for (const [path, { version, link, optional, devOptional }] of Object.entries(packagesOf(join(root, 'package-lock.json')))) {
    const foreign = optional || devOptional; // for another platform, perhaps
    if (!path.startsWith('node_modules/') || (foreign && !installed[path])) continue;
    if (link && !existsSync(join(root, path))) return `${path.replace('node_modules/', '')} is new`;
    if (!link && installed[path]?.version !== version) return `${path.replace('node_modules/', '')} ${version} is new`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
