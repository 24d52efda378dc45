import { START_LOST_CODE } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { ensureCreated } from './ensure-created.js';
import type { VerbContext } from './verb.js';

/**
 * Starts a container that has never run; one that has is left as it is.
 *
 * An engine that was killed while starting it may refuse to start it ever after. As it has not run, nothing is lost
 * by making it anew.
 * @param isNew that it was made this very moment, and needs no look
 */
export async function startFirst(context: VerbContext, isNew: boolean): Promise<void> {
  const { engine, message } = context;
  const { uuid } = message.spec;
  if (!isNew && (await hasStarted(context))) return;
  try {
    await engine.start(uuid);
  } catch (error) {
    if (!(error instanceof EngineRefusedError) || error.code !== START_LOST_CODE) throw error;
    context.logger.warn({ err: error, uuid }, 'the engine was killed while it started this container: it is made anew');
    await engine.remove(uuid, true);
    await ensureCreated(context);
    await engine.start(uuid);
  }
}

/**
 * The start that ends a create or a rebuild, as a step of its own.
 * @param isNew see {@link startFirst}
 */
export async function startAfterwards(context: VerbContext, isNew: boolean): Promise<void> {
  context.progress('container_starting', null);
  let isFirstTry = true;
  await context.step('compute__do_container_start', () => {
    // When this is tried again, an earlier try may have started it.
    const needsNoLook = isNew && isFirstTry;
    isFirstTry = false;
    return startFirst(context, needsNoLook);
  });
}

/** Looks, and makes one anew whose removal for that purpose was the last that happened. */
async function hasStarted(context: VerbContext): Promise<boolean> {
  const { uuid, autoRemove } = context.message.spec;
  const container = await context.engine.inspect(uuid);
  if (container) return container.state.startedAt !== null;
  // One that removes itself may have run to its end already, while the answer of its start was lost.
  if (!autoRemove) await ensureCreated(context);
  return autoRemove;
}
