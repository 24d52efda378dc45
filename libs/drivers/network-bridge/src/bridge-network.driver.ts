import { LABEL_PROJECT } from '@zun/driver-api';
import type { EngineEndpoint, EngineNetwork, NetworkAttachment, NetworkDriver, NetworkHost, NetworkOwner } from '@zun/driver-api';
import {
  DomainError,
  EngineRefusedError,
  type Address,
  type Addresses,
  type ContainerSpec,
  type RequestedNetwork,
} from '@zun/domain';
import { localSubnets } from './local-subnets.js';
import { Serial } from './serial.js';
import { SubnetPool } from './subnet-pool.js';

export interface BridgeNetworkOptions {
  /** IPv4 CIDR that subnets are cut from. @default 10.200.0.0/14 */
  readonly pool?: string;
  /** Length of the prefix of each subnet. @default 24 */
  readonly prefix?: number;
  /** CIDRs that must not be used; for tests. @default those of this machine's interfaces and routes */
  readonly localSubnets?: () => Promise<readonly string[]>;
}

/** Subnets that another may have taken since we looked; then the next is tried. */
const MAX_TRIES = 16;

/**
 * Networks of the engine itself, one bridge for each project, so that tenants are never on one network. It is made with the first
 * container of a project on this host and goes with the last.
 *
 * Subnets are given explicitly: an engine's own address pools have room for some thirty networks only.
 */
export class BridgeNetworkDriver implements NetworkDriver {
  private readonly pool: SubnetPool;
  private readonly localSubnets: () => Promise<readonly string[]>;
  /** Making and removing a project's network exclude each other. */
  private readonly serial = new Serial();
  /** Containers that were promised a network but may not be on the engine yet: it must not be removed under them. */
  private readonly promised = new Map<string, Set<string>>();

  constructor(
    private readonly host: NetworkHost,
    options: BridgeNetworkOptions = {},
  ) {
    this.pool = new SubnetPool(options.pool ?? '10.200.0.0/14', options.prefix ?? 24);
    this.localSubnets = options.localSubnets ?? localSubnets;
  }

  async prepare(spec: ContainerSpec): Promise<readonly NetworkAttachment[]> {
    if (spec.networks.length > 0) return Promise.all(spec.networks.map((wanted) => this.attachTo(spec, wanted)));
    return this.serial.run(spec.projectId, async () => {
      const { name } = await this.ensure(spec.projectId);
      this.promisesOf(spec.projectId).add(spec.uuid);
      return [{ networkName: name }];
    });
  }

  describe(_container: { readonly uuid: string }, endpoints: readonly EngineEndpoint[]): Addresses {
    const addresses = endpoints.map((endpoint) => [endpoint.networkId, addressesOf(endpoint)] as const);
    // A container that does not run has no address: the engine gives it one at each start.
    return Object.fromEntries(addresses.filter(([networkId, list]) => networkId && list.length > 0));
  }

  async release({ uuid, projectId }: NetworkOwner): Promise<void> {
    if (projectId !== null) return this.releaseOf(projectId, uuid);
    const projects = (await this.host.listNetworks()).flatMap((network) =>
      isDefault(network) ? network.labels[LABEL_PROJECT]! : [],
    );
    for (const project of new Set(projects)) await this.releaseOf(project, uuid);
  }

  private async attachTo({ projectId }: ContainerSpec, wanted: RequestedNetwork): Promise<NetworkAttachment> {
    if (wanted.port) throw new DomainError('invalid', 'invalid-value', 'Networks of this host have no ports to ask for by id.');
    const network = await this.host.findNetwork(wanted.network);
    // One of another project is not found, rather than forbidden: nobody learns that it exists.
    if (!network || network.labels[LABEL_PROJECT] !== projectId) {
      throw new DomainError('not-found', 'network-not-found', `Network ${wanted.network} could not be found.`);
    }
    const { fixedIp } = wanted;
    if (!fixedIp) return { networkName: network.name };
    return fixedIp.includes(':') ? { networkName: network.name, ipv6: fixedIp } : { networkName: network.name, ipv4: fixedIp };
  }

  private async ensure(projectId: string): Promise<EngineNetwork> {
    return (await this.find(projectId)) ?? (await this.create(projectId));
  }

  private async find(projectId: string): Promise<EngineNetwork | null> {
    const network = await this.host.findNetwork(networkName(projectId));
    if (network && network.labels[LABEL_PROJECT] !== projectId) {
      throw new EngineRefusedError(`A network ${network.name} that is not ours is in the way.`, {
        errorClass: 'conflict',
        code: 'conflict',
      });
    }
    return network;
  }

  private async create(projectId: string): Promise<EngineNetwork> {
    const taken = [...(await this.host.listNetworks()).flatMap(({ subnets }) => subnets), ...(await this.localSubnets())];
    let tries = 0;
    for (const subnet of this.pool.candidates(projectId, taken)) {
      if (tries++ === MAX_TRIES) break;
      const network = await this.tryCreate(projectId, subnet);
      if (network) return network;
    }
    throw new EngineRefusedError('No subnet is free for a new network on this host.', {
      errorClass: 'conflict',
      code: 'conflict',
    });
  }

  /** @returns null when the subnet was taken meanwhile */
  private async tryCreate(projectId: string, subnet: string): Promise<EngineNetwork | null> {
    try {
      const labels = { [LABEL_PROJECT]: projectId };
      const made = await this.host.createNetwork({ name: networkName(projectId), labels, subnet });
      return await this.keepOne(projectId, made);
    } catch (error) {
      if (!isConflict(error)) throw error;
      // Another service on the same engine may have been quicker.
      return this.find(projectId);
    }
  }

  /** Engines check names before they create, not while: two services may both have made one. The lowest id stays, for both. */
  private async keepOne(projectId: string, made: EngineNetwork): Promise<EngineNetwork> {
    const same = (await this.host.listNetworks()).filter(({ name }) => name === made.name);
    const kept = same.sort((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (!kept || kept.id === made.id || kept.labels[LABEL_PROJECT] !== projectId) return made;
    await this.host.removeNetwork(made.id);
    return kept;
  }

  private releaseOf(projectId: string, uuid: string): Promise<void> {
    return this.serial.run(projectId, async () => {
      const promises = this.promisesOf(projectId);
      promises.delete(uuid);
      if (promises.size > 0) return;
      this.promised.delete(projectId);
      await this.removeIfEmpty(projectId);
    });
  }

  private async removeIfEmpty(projectId: string): Promise<void> {
    const network = await this.host.findNetwork(networkName(projectId));
    if (!network || !isDefault(network) || (await this.host.countContainers(network.id)) > 0) return;
    try {
      await this.host.removeNetwork(network.id);
    } catch (error) {
      // In use after all: another host's service put a container on it just now.
      if (!(error instanceof EngineRefusedError)) throw error;
    }
  }

  private promisesOf(projectId: string): Set<string> {
    const promises = this.promised.get(projectId) ?? new Set();
    this.promised.set(projectId, promises);
    return promises;
  }
}

/** Name of the network that containers of a project are on when they ask for none. */
export function networkName(projectId: string): string {
  return `zun-${projectId}`;
}

function isDefault({ name, labels }: EngineNetwork): boolean {
  const projectId = labels[LABEL_PROJECT];
  return projectId !== undefined && name === networkName(projectId);
}

function isConflict(error: unknown): boolean {
  return error instanceof EngineRefusedError && error.errorClass === 'conflict';
}

function addressesOf({ endpointId, ipv4, ipv6 }: EngineEndpoint): Address[] {
  const address = (addr: string, version: 4 | 6): Address => ({
    addr,
    version,
    port: endpointId,
    subnet_id: null,
    preserve_on_delete: false,
  });
  return [...(ipv4 ? [address(ipv4, 4)] : []), ...(ipv6 ? [address(ipv6, 6)] : [])];
}
