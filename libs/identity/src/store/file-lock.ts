import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A holder writes a small file and is done; one older than this died. */
const STALE_MS = 10_000;
const PATIENCE_MS = 15_000;
const RETRY_MS = 20;

/**
 * Runs `work` while no other process does so under the same lock file.
 * @throws Error when the lock stays taken
 */
export async function withFileLock<T>(lockFile: string, work: () => T): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  while (!tryLock(lockFile)) {
    if (Date.now() > until) throw new Error(`${lockFile} is held by another program; remove it if there is none`);
    await delay(RETRY_MS);
  }
  try {
    return work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function tryLock(lockFile: string): boolean {
  try {
    closeSync(openSync(lockFile, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    removeStale(lockFile);
    return false;
  }
}

function removeStale(lockFile: string): void {
  const age = Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > STALE_MS) rmSync(lockFile, { force: true });
}
