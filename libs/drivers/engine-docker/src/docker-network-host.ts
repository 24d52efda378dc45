import type { CreateNetworkOptions, EngineNetwork, NetworkHost } from '@zun/driver-api';
import type Dockerode from 'dockerode';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';

/** The networks of one Docker engine. */
export class DockerNetworkHost implements NetworkHost {
  constructor(private readonly client: EngineClient) {}

  async listNetworks(): Promise<readonly EngineNetwork[]> {
    const networks = await this.client.call((docker, abortSignal) => docker.listNetworks({ abortSignal }));
    return networks.map(readNetwork);
  }

  async findNetwork(idOrName: string): Promise<EngineNetwork | null> {
    try {
      const network: unknown = await this.client.call((docker) => docker.getNetwork(encodeURIComponent(idOrName)).inspect());
      return readNetwork(network as Dockerode.NetworkInspectInfo);
    } catch (error) {
      if (isRefusal(error, 'not-found')) return null;
      throw error;
    }
  }

  async createNetwork({ name, labels, subnet }: CreateNetworkOptions): Promise<EngineNetwork> {
    const { id } = await this.client.call((docker, abortSignal) =>
      docker.createNetwork({
        Name: name,
        Driver: 'bridge',
        CheckDuplicate: true,
        Labels: { ...labels },
        IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
        abortSignal,
      }),
    );
    return { id, name, labels, subnets: [subnet] };
  }

  async removeNetwork(id: string): Promise<void> {
    try {
      await this.client.call((docker, abortSignal) => docker.getNetwork(id).remove({ abortSignal }));
    } catch (error) {
      if (!isRefusal(error, 'not-found')) throw error;
    }
  }

  async networksInUse(): Promise<ReadonlySet<string>> {
    const containers = await this.client.call((docker, abortSignal) => docker.listContainers({ all: true, abortSignal }));
    return new Set(containers.flatMap(({ NetworkSettings }) => Object.keys(NetworkSettings?.Networks ?? {})));
  }
}

function readNetwork(network: Dockerode.NetworkInspectInfo): EngineNetwork {
  return {
    id: network.Id,
    name: network.Name,
    labels: network.Labels ?? {},
    subnets: (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : [])),
  };
}
