import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isRoot } from '../exec.mjs';

/** @typedef {{ uid?: number, gid?: number, name?: string }} Account whose process a server is; empty is the caller's own */

/**
 * Servers give up root's rights for those of their Debian user, if that user can reach the folder (it cannot when the
 * checkout is in a private home); else, like for everybody but root, they run as the caller.
 * @param {string} name
 * @param {string} dir
 * @returns {Account}
 */
export function accountFor(name, dir) {
  if (!isRoot()) return {};
  const [, , uid, gid] = (
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((row) => row.startsWith(`${name}:`)) ?? ''
  ).split(':');
  if (!uid || !gid || !canReach(Number(uid), Number(gid), dir)) return {};
  return { uid: Number(uid), gid: Number(gid), name };
}

/**
 * @param {number} uid
 * @param {number} gid
 * @param {string} dir
 */
function canReach(uid, gid, dir) {
  try {
    execFileSync('test', ['-x', dir], { uid, gid });
    return true;
  } catch {
    return false;
  }
}

/**
 * A folder for this account alone.
 * @param {string} dir
 * @param {Account} account
 */
export function ownFolder(dir, account) {
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  own(dir, account);
}

/**
 * A file that only this account (and root) can read.
 * @param {string} file
 * @param {string} text
 * @param {Account} account
 */
export function ownFile(file, text, account) {
  writeFileSync(file, text, { mode: 0o600 });
  own(file, account);
}

/**
 * @param {string} path
 * @param {Account} account
 */
function own(path, { uid, gid }) {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
