import { START_LOST_CODE } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { ensureCreated } from './ensure-created.js';
import type { VerbContext } from './verb.js';

/**
 * Starts a container that has never run; one that has is left as it is.
 *
 * An engine that was killed while starting it may refuse to start it ever after. As it has not run, nothing is lost
 * by making it anew.
 */
export async function startFirst(context: VerbContext): Promise<void> {
  const { engine, message } = context;
  const { uuid, autoRemove } = message.spec;
  const container = await engine.inspect(uuid);
  // One that removes itself may have run to its end already, while the answer of its start was lost.
  if (container ? container.state.startedAt !== null : autoRemove) return;
  // It was removed to be made anew, and that was interrupted.
  if (!container) await ensureCreated(context);
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
