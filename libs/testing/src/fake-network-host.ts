import type { CreateNetworkOptions, EngineNetwork, NetworkHost } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';

/** An engine's networks in memory. */
export class FakeNetworkHost implements NetworkHost {
  networks: EngineNetwork[] = [];
  /** Names of networks that have containers. */
  readonly inUse = new Set<string>();
  /** Called as the engine begins to create: another client may have been quicker. */
  beforeCreate: () => void = () => undefined;
  /** So many creations find their subnet taken. */
  refuseSubnets = 0;
  refuseRemoval = false;
  private ids = 0;

  async listNetworks(): Promise<readonly EngineNetwork[]> {
    return [...this.networks];
  }

  async findNetwork(idOrName: string): Promise<EngineNetwork | null> {
    return this.networks.find(({ id, name }) => id === idOrName || name === idOrName) ?? null;
  }

  async createNetwork({ name, labels, subnet }: CreateNetworkOptions): Promise<EngineNetwork> {
    this.beforeCreate();
    if (await this.findNetwork(name)) throw conflict(`network with name ${name} already exists`);
    if (this.refuseSubnets-- > 0) throw conflict('Pool overlaps with other one on this address space');
    return this.add(name, labels, subnet);
  }

  async removeNetwork(id: string): Promise<void> {
    if (this.refuseRemoval) throw conflict(`network ${id} has active endpoints`);
    this.networks = this.networks.filter((network) => network.id !== id);
  }

  async networksInUse(): Promise<ReadonlySet<string>> {
    return this.inUse;
  }

  /** Puts a network there. */
  add(name: string, labels: Readonly<Record<string, string>>, subnet: string, id = `net-${++this.ids}`): EngineNetwork {
    const network = { id, name, labels, subnets: [subnet] };
    this.networks.push(network);
    return network;
  }
}

function conflict(detail: string): EngineRefusedError {
  return new EngineRefusedError(detail, { errorClass: 'conflict', code: 'conflict' });
}
