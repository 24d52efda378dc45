import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const KEY_BYTES = 32;

/**
 * Reads the key that signs tokens; makes one, readable by its owner alone, when there is none.
 * @throws Error naming the file when it holds no key
 */
export function loadTokenKey(path: string): Buffer {
  const text = readOrMake(path);
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length < KEY_BYTES) throw new Error(`${path} must hold a key of at least ${KEY_BYTES} bytes in base64`);
  return key;
}

/** The one that makes the file wins, also against another process at the same moment. */
function readOrMake(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const text = randomBytes(KEY_BYTES).toString('base64');
    writeFileSync(path, `${text}\n`, { flag: 'wx', mode: 0o600 });
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8');
  }
}
