import { ContainerNotFoundError, type RequestedNetwork } from '@zun/domain';
import { lookAt, type Verb, type VerbContext } from './verb.js';

/** Puts the container on one more network. */
export const attachNetwork: Verb = (context) =>
  context.step('compute__do_network_attach', async () => {
    const { engine, network, message } = context;
    const { uuid } = await lookAt(context);
    await engine.connect(uuid, await network.attach(message.spec, wantedBy(context)));
  });

/** Takes the container off a network. One that is gone is on none. */
export const detachNetwork: Verb = (context) =>
  context.step('compute__do_network_detach', async () => {
    const { engine, network, message } = context;
    const name = await network.detach(message.spec, wantedBy(context));
    try {
      await engine.disconnect(message.spec.uuid, name);
    } catch (error) {
      if (!(error instanceof ContainerNotFoundError)) throw error;
    }
  });

function wantedBy({ message: { action, params } }: VerbContext): RequestedNetwork {
  if (!params.network) throw new Error(`a ${action} must name a network`);
  return params.network;
}
