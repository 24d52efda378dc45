import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions<T> {
  /** Default 30 seconds. */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** What is awaited, for the error; the state last seen is added to it. */
  readonly describe: string;
  /** Says of what is seen that waiting is in vain. */
  readonly isHopeless?: (seen: T) => boolean;
  /** Shows what was last seen; default JSON. */
  readonly show?: (seen: T) => string;
}

/**
 * Looks again and again until what is seen fulfils the condition.
 * @throws Error naming what was awaited and what was seen last
 */
export async function eventually<T>(
  look: () => Promise<T> | T,
  fulfils: (seen: T) => boolean,
  {
    timeoutMs = 30_000,
    intervalMs = 100,
    describe,
    isHopeless,
    show = (seen) => JSON.stringify(seen, null, 2),
  }: EventuallyOptions<T>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { seen, trouble } = await attempt(look);
    if (trouble === undefined && fulfils(seen as T)) return seen as T;
    const hopeless = trouble === undefined && isHopeless?.(seen as T);
    if (hopeless || performance.now() > deadline) {
      throw new Error(
        `${hopeless ? 'in vain' : `not within ${timeoutMs} ms`}: ${describe}; last seen: ${trouble ?? show(seen as T)}`,
      );
    }
    await sleep(intervalMs);
  }
}

async function attempt<T>(look: () => Promise<T> | T): Promise<{ seen?: T; trouble?: string }> {
  try {
    return { seen: await look() };
  } catch (error) {
    return { trouble: String(error) };
  }
}
