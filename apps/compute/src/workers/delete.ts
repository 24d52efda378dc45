import { ContainerNotFoundError, EngineRefusedError } from '@zun/domain';
import { detachVolumes } from './mounts.js';
import type { Verb, VerbContext } from './verb.js';

/** Removes the container and what it had. Leaves no step: its action goes with it. */
export const remove: Verb = async (context) => {
  const { network, message } = context;
  await context.patiently(() => stopBefore(context));
  await context.patiently(() => removeFromEngine(context));
  await context.patiently(() => network.release(message.spec));
  await context.patiently(() => letVolumesGo(context));
};

/**
 * Whoever asked for a stop before gets one also when the container ran only after that: no engine removes what runs, and
 * the tenant could not get rid of it.
 */
async function stopBefore({ engine, message }: VerbContext): Promise<void> {
  const { timeoutS, force } = message.params;
  if (timeoutS === undefined) return;
  try {
    await engine.stop(message.spec.uuid, timeoutS);
  } catch (error) {
    const isFine = error instanceof ContainerNotFoundError || (force && error instanceof EngineRefusedError);
    if (!isFine) throw error;
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

/** With force, as above: a volume that something still holds is swept later. */
async function letVolumesGo({ volumes, message, logger }: VerbContext): Promise<void> {
  try {
    await detachVolumes(volumes, message.spec);
  } catch (error) {
    if (!message.params.force || !(error instanceof EngineRefusedError)) throw error;
    logger.warn(
      { err: error, uuid: message.spec.uuid },
      "a container's volumes could not be removed; its record goes all the same",
    );
  }
}
