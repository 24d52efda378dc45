import { DomainError } from '@zun/domain';
import { SuspendedError } from '../engine/stopping.js';
import { ensureCreated } from './ensure-created.js';
import { detachVolumes } from './mounts.js';
import { startAfterwards } from './start-first.js';
import type { Verb, VerbContext } from './verb.js';

/**
 * Creates the container and, when wanted, starts it.
 *
 * Known limit: one that removes itself leaves no trace on the engine. If this process is killed after such a container has run to its
 * end and before that was reported, the next one makes and runs it once more.
 */
export const create: Verb = async (context) => {
  const isNew = await createOrUndo(context);
  if (context.message.params.run) await startAfterwards(context, isNew);
};

/**
 * Nothing is left behind by a create that fails. A start that fails is another matter: the container stays, in Error, as with Zun, for its
 * owner to look at, start again or delete.
 */
async function createOrUndo(context: VerbContext): Promise<boolean> {
  try {
    return await context.step('compute__do_container_create', () => ensureCreated(context));
  } catch (error) {
    if (error instanceof SuspendedError) throw error;
    await undo(context);
    throw error;
  }
}

async function undo(context: VerbContext): Promise<void> {
  const { engine, network, message, logger } = context;
  try {
    await context.patiently(() => engine.remove(message.spec.uuid, true));
    await context.patiently(() => network.release(message.spec));
    await context.patiently(() => detachVolumes(context.volumes, message.spec));
    context.leftNothing();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    logger.error({ err: error, uuid: message.spec.uuid }, 'a failed create could not be undone');
  }
}
