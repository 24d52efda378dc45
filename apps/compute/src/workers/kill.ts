import type { Verb } from './verb.js';

/**
 * Sends a signal. One that ends the container is not repeated, as it then has ended; any other may arrive twice when
 * the service is killed between sending it and saying so.
 */
export const kill: Verb = (context) =>
  context.step('compute__do_container_kill', () => {
    const { spec, params } = context.message;
    return context.engine.kill(spec.uuid, params.signal ?? 'SIGKILL');
  });
