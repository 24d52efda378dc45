import type { Verb } from './verb.js';

/** Lets the container's processes go on. */
export const unpause: Verb = (context) =>
  context.step('compute__do_container_unpause', () => context.engine.unpause(context.message.spec.uuid));
