import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { iniOption } from './ini.mjs';
import { root } from './paths.mjs';
import { Problem } from './problem.mjs';

/**
 * `users add|list|remove …` on the users of the embedded identity.
 * @param {string} configuration zun.conf, which says where the users are
 * @param {string[]} argv
 * @param {(text: string) => void} out takes what is printed
 * @returns {Promise<number>} exit code
 */
export async function manageUsers(configuration, argv, out) {
  const built = join(root, 'libs', 'identity', 'dist', 'index.js');
  if (!existsSync(built)) throw new Problem('The code is not built yet.', 'Run  npm start  (or  npm run build)  first.');
  const { runUsersCli } = await import(pathToFileURL(built).href);
  return runUsersCli(argv, { usersFile: usersFileIn(configuration), out });
}

/** @param {string} configuration */
function usersFileIn(configuration) {
  if (!existsSync(configuration)) throw new Problem(`${configuration} is not there yet.`, 'Run  npm start  first.');
  const text = readFileSync(configuration, 'utf8');
  const named = iniOption(text, 'embedded_identity', 'users_file');
  return resolve(named ?? join(iniOption(text, 'DEFAULT', 'state_path') ?? '/var/lib/zun', 'identity', 'users.json'));
}
