import type { EngineContainer, NetworkAttachment } from '@zun/driver-api';
import { endpointConfig } from './create-body.js';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';
import { NO_NETWORK, type HostContainers } from './host-containers.js';

/** Connections of this host's containers to networks. */
export class ContainerEndpoints {
  constructor(
    private readonly client: EngineClient,
    private readonly containers: HostContainers,
  ) {}

  /** Success also when it is connected already. */
  async connect(uuid: string, network: NetworkAttachment): Promise<void> {
    const { container, onNone } = await this.containers.own(uuid);
    if (isConnected(container, network.networkName)) return;
    // A container that was made without a network is on one called so, which suffers no other beside it.
    if (onNone) await this.disconnectFrom(container, NO_NETWORK);
    await this.connectTo(container, network);
  }

  /** Success also when it is not on the network. */
  async disconnect(uuid: string, networkName: string): Promise<void> {
    const { container } = await this.containers.own(uuid);
    if (isOn(container, networkName)) await this.disconnectFrom(container, networkName);
  }

  /** Connects a container to those of the networks that it is not on. */
  async complete(uuid: string, networks: readonly NetworkAttachment[]): Promise<void> {
    const { container } = await this.containers.own(uuid);
    const missing = networks.filter(({ networkName }) => !isOn(container, networkName));
    for (const network of missing) await this.connectTo(container, network);
  }

  private async connectTo({ uuid, engineId }: EngineContainer, network: NetworkAttachment): Promise<void> {
    const EndpointConfig = endpointConfig(network, { apiVersion: await this.client.apiVersion() });
    const connection = { Container: engineId, EndpointConfig };
    // For a container that does not run, Docker takes down any name, and then does not start it.
    await this.client.call((docker) => docker.getNetwork(network.networkName).inspect());
    try {
      await this.client.call((docker) => docker.getNetwork(network.networkName).connect(connection), { uuid });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { container } = await this.containers.own(uuid);
      // Done by an earlier call whose answer was lost, while this one was under way.
      if (isConnected(container, network.networkName)) return;
      if (isOn(container, network.networkName)) await this.forgetConnection(container, network.networkName);
      throw error;
    }
  }

  /**
   * Docker notes a connection that it then does not make, with the address that was wrong, and the container would not start with it
   * again. It lets go only of what it has made; so it makes one that it can make.
   */
  private async forgetConnection(container: EngineContainer, networkName: string): Promise<void> {
    const connection = { Container: container.engineId };
    await this.client.call((docker) => docker.getNetwork(networkName).connect(connection), container);
    await this.disconnectFrom(container, networkName);
  }

  private async disconnectFrom({ uuid, engineId }: EngineContainer, networkName: string): Promise<void> {
    try {
      await this.client.call((docker) => docker.getNetwork(networkName).disconnect({ Container: engineId }), { uuid });
    } catch (error) {
      if (!isRefusal(error) || isOn((await this.containers.own(uuid)).container, networkName)) throw error;
    }
  }
}

function isOn(container: EngineContainer, networkName: string): boolean {
  return container.networks.some((endpoint) => endpoint.networkName === networkName || endpoint.networkId === networkName);
}

/** A running container may have a network noted that it is not on. */
function isConnected(container: EngineContainer, networkName: string): boolean {
  const endpoint = container.networks.find((known) => known.networkName === networkName || known.networkId === networkName);
  if (!endpoint) return false;
  const isMade = endpoint.networkId !== '' || endpoint.endpointId !== '' || endpoint.ipv4 !== null;
  return isMade || !['running', 'paused'].includes(container.state.phase);
}
