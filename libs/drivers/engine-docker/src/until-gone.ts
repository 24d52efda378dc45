import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const LIMIT_MS = 10_000;

/** Waits for a removal that somebody else (the engine itself, with auto-remove) has begun. @throws `otherwise` when it takes too long */
export async function untilGone(isGone: () => Promise<boolean>, otherwise: Error): Promise<void> {
  for (let waited = 0; waited < LIMIT_MS; waited += POLL_MS) {
    if (await isGone()) return;
    await sleep(POLL_MS);
  }
  throw otherwise;
}
