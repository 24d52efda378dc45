import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** A password of letters and digits, which needs no quoting anywhere. */
export const newPassword = () =>
  randomBytes(24)
    .toString('base64')
    .replace(/[^a-z0-9]/gi, '')
    .slice(0, 20);

/** For `[DEFAULT] auth_encryption_key`: 32 characters. */
export const newEncryptionKey = () => randomBytes(16).toString('hex');

/**
 * Passwords made once and kept in a file for its owner only.
 * @template {string} Name
 * @param {string} file
 * @param {readonly Name[]} names
 * @returns {Record<Name, string>}
 */
export function keptSecrets(file, names) {
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const missing = names.filter((name) => !kept[name]);
  for (const name of missing) kept[name] = newPassword();
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  return kept;
}
