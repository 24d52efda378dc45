import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from './files.mjs';
import { root } from './paths.mjs';
import { messageOf, Problem } from './problem.mjs';

const folder = join(root, 'apps', 'console');
const configFile = join(folder, 'vite.config.mjs');

/** @returns {string[]} what the console is built from, besides compiled libraries */
export const consoleInputs = () => [configFile, join(folder, 'index.html'), ...filesUnder(join(folder, 'src'))];

export const isConsoleBuilt = () => existsSync(join(root, 'dist', 'apps', 'console', 'index.html'));

/** Bundles the console as `vite.config.mjs` says. */
export async function buildConsole() {
  const { build } = await import('vite');
  await build({ configFile, logLevel: 'warn' }).catch((error) => {
    throw new Problem('The console cannot be built.', messageOf(error));
  });
}
