import type { Verb } from './verb.js';

/** Freezes the container's processes. */
export const pause: Verb = (context) =>
  context.step('compute__do_container_pause', () => context.engine.pause(context.message.spec.uuid));
