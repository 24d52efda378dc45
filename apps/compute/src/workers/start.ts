import { startFirst } from './start-first.js';
import { lookAt, wasStartedSince, type Verb } from './verb.js';

/** Starts the container, unless it has been started since this was asked for. */
export const start: Verb = (context) =>
  context.step('compute__do_container_start', async () => {
    const container = await lookAt(context);
    if (container.state.startedAt === null) return startFirst(context, false);
    if (container.state.phase === 'running' || wasStartedSince(container, context.message.baselineStartedAt)) return;
    await context.engine.start(container.uuid);
  });
