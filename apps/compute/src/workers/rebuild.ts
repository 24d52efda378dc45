import type { EngineContainer } from '@zun/driver-api';
import { ContainerNotFoundError, EngineRefusedError, EngineUnavailableError } from '@zun/domain';
import { SuspendedError } from '../engine/stopping.js';
import { ensureCreated } from './ensure-created.js';
import { startFirst } from './start-first.js';
import { DEFAULT_GRACE_S, type Verb, type VerbContext } from './verb.js';

/**
 * Makes the container anew from what is wanted of it now, and starts it when it ran before.
 *
 * What there was goes only when the new one can be made: its image is here by then. A container says which action made it: by that one
 * that was killed in the middle is told from one that has not begun. Known limit, as for a create: one that removes itself leaves no trace.
 */
export const rebuild: Verb = async (context) => {
  await context.step('compute__do_container_rebuild', () => ensureRebuilt(context));
  if (!context.message.params.run) return;
  context.progress('container_starting', null);
  await context.step('compute__do_container_start', () => startFirst(context));
};

async function ensureRebuilt(context: VerbContext): Promise<void> {
  const { engine, message } = context;
  const existing = await engine.inspect(message.spec.uuid);
  if (existing && isMadeBy(existing, message.actionId)) return ensureCreated(context);
  let isTouched = existing === null;
  try {
    await ensureCreated(context, async () => {
      isTouched = true;
      if (existing) await removeOld(context);
    });
  } catch (error) {
    if (!isTouched && !isToBeRepeated(error)) context.leftAsItWas();
    throw error;
  }
}

/** Also by a later action: then this one has been done, and undone, before. */
function isMadeBy({ madeBy }: EngineContainer, actionId: number): boolean {
  return madeBy !== null && madeBy >= actionId;
}

function isToBeRepeated(error: unknown): boolean {
  return error instanceof SuspendedError || error instanceof EngineUnavailableError;
}

/** Its processes are told first, as before a reboot. */
async function removeOld({ engine, message }: VerbContext): Promise<void> {
  const { uuid } = message.spec;
  try {
    await engine.stop(uuid, DEFAULT_GRACE_S);
  } catch (error) {
    // One that removes itself is gone when it has stopped; one that cannot be stopped goes by force.
    if (!(error instanceof ContainerNotFoundError || error instanceof EngineRefusedError)) throw error;
  }
  await engine.remove(uuid, true);
}
