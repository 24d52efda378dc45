import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every file in a folder, however deep; none when it is not there.
 * @param {string} folder
 * @returns {string[]}
 */
export function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
