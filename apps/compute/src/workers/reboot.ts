import { DEFAULT_GRACE_S, lookAt, wasStartedSince, type Verb } from './verb.js';

/** Stops and starts the container, unless it has been started since this was asked for. */
export const reboot: Verb = (context) =>
  context.step('compute__do_container_reboot', async () => {
    const { params, baselineStartedAt } = context.message;
    const container = await lookAt(context);
    if (wasStartedSince(container, baselineStartedAt)) return;
    await context.engine.restart(container.uuid, params.timeoutS || DEFAULT_GRACE_S);
  });
