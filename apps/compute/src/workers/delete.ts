import { ContainerNotFoundError, EngineRefusedError } from '@zun/domain';
import type { Verb, VerbContext } from './verb.js';

/** Removes the container and what it had. Leaves no step: its action goes with it. */
export const remove: Verb = async (context) => {
  const { network, message } = context;
  await context.patiently(() => stopIfAsked(context));
  await context.patiently(() => removeFromEngine(context));
  await context.patiently(() => network.release(message.spec));
};

/** Whether it runs is seen here and now: as it was asked for, a start may have been under way. */
async function stopIfAsked({ engine, message: { spec, params } }: VerbContext): Promise<void> {
  if (params.timeoutS === undefined) return;
  try {
    await engine.stop(spec.uuid, params.timeoutS);
  } catch (error) {
    if (!(error instanceof ContainerNotFoundError)) throw error;
  }
}

/** With force the record goes whatever the engine says; what stays on the engine then is swept later, as nobody's. */
async function removeFromEngine({ engine, message, logger }: VerbContext): Promise<void> {
  const force = message.params.force ?? false;
  try {
    await engine.remove(message.spec.uuid, force);
  } catch (error) {
    if (!force || !(error instanceof EngineRefusedError)) throw error;
    logger.warn({ err: error, uuid: message.spec.uuid }, 'a container could not be removed; its record goes all the same');
  }
}
