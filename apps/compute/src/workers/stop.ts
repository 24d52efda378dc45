import { DEFAULT_GRACE_S, type Verb } from './verb.js';

/** Stops the container; one that has stopped is left as it is. */
export const stop: Verb = (context) =>
  context.step('compute__do_container_stop', async () => {
    const { spec, params } = context.message;
    await context.engine.stop(spec.uuid, params.timeoutS || DEFAULT_GRACE_S);
  });
