import { LABEL_PROJECT } from '@zun/driver-api';
import type { EngineEndpoint, EngineNetwork, NetworkAttachment, NetworkDriver, NetworkHost, NetworkOwner } from '@zun/driver-api';
import {
  DomainError,
  EngineRefusedError,
  systemClock,
  type Address,
  type Addresses,
  type Clock,
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
  readonly clock?: Clock;
}

/** How long another service's network may take to appear after it took its subnet. */
const APPEAR_MS = 2_000;
const APPEAR_POLL_MS = 50;

const CONFLICT = { errorClass: 'conflict', code: 'conflict' } as const;

/** Subnets that another may have taken since we looked; then the next is tried. */
const MAX_TRIES = 16;

/**
 * Networks of the engine itself, one bridge for each project, so that tenants are never on one network. It is made with the first
 * container of a project on this host, and goes a while after the last: making one takes longer than making a container, and who
 * removes a container often makes the next.
 *
 * Subnets are given explicitly: an engine's own address pools have room for some thirty networks only.
 */
export class BridgeNetworkDriver implements NetworkDriver {
  private readonly pool: SubnetPool;
  private readonly localSubnets: () => Promise<readonly string[]>;
  private readonly clock: Clock;
  /** Making and removing a project's network exclude each other. */
  private readonly serial = new Serial();
  /** The project whose network a container was promised; it may not be on the engine yet, and must not lose it. */
  private readonly promised = new Map<string, string>();
  /** Names of networks that were empty in the last sweep. */
  private empty: ReadonlySet<string> = new Set();

  constructor(
    private readonly host: NetworkHost,
    options: BridgeNetworkOptions = {},
  ) {
    this.pool = new SubnetPool(options.pool ?? '10.200.0.0/14', options.prefix ?? 24);
    this.localSubnets = options.localSubnets ?? localSubnets;
    this.clock = options.clock ?? systemClock;
  }

  async prepare(spec: ContainerSpec): Promise<readonly NetworkAttachment[]> {
    if (spec.networks.length > 0) return Promise.all(spec.networks.map((wanted) => this.attachTo(spec, wanted)));
    return this.serial.run(spec.projectId, async () => {
      const { name } = await this.ensure(spec.projectId);
      this.promised.set(spec.uuid, spec.projectId);
      return [{ networkName: name }];
    });
  }

  describe(_container: { readonly uuid: string }, endpoints: readonly EngineEndpoint[]): Addresses {
    const addresses = endpoints.map((endpoint) => [endpoint.networkId, addressesOf(endpoint)] as const);
    // A container that does not run has no address: the engine gives it one at each start.
    return Object.fromEntries(addresses.filter(([networkId, list]) => networkId && list.length > 0));
  }

  async release({ uuid }: NetworkOwner): Promise<void> {
    this.promised.delete(uuid);
  }

  /** A network goes that is empty, and was in the sweep before. Networks of an earlier process are found, too. */
  async sweep(): Promise<void> {
    const ours = (await this.host.listNetworks()).filter(isDefault);
    const inUse = ours.length > 0 ? await this.host.networksInUse() : new Set<string>();
    const empty = ours.filter(({ name, labels }) => !inUse.has(name) && !this.isPromised(labels[LABEL_PROJECT]!));
    for (const network of empty) if (this.empty.has(network.name)) await this.removeIfEmpty(network);
    this.empty = new Set(empty.map(({ name }) => name));
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
      throw new EngineRefusedError(`A network ${network.name} that is not ours is in the way.`, CONFLICT);
    }
    return network;
  }

  /**
   * Two services on one engine may do this for the same project at the same time, and engines check names only before they create. But no
   * two networks can have one subnet, and both services try the same one first: the second to come is refused, and then
   * waits for the network of the first to appear.
   */
  private async create(projectId: string): Promise<EngineNetwork> {
    const networks = await this.host.listNetworks();
    const made = networks.find((network) => isDefault(network) && network.labels[LABEL_PROJECT] === projectId);
    if (made) return made;
    const taken = [...networks.flatMap(({ subnets }) => subnets), ...(await this.localSubnets())];
    let tries = 0;
    for (const subnet of this.pool.candidates(projectId, taken)) {
      if (tries++ === MAX_TRIES) break;
      const network = await this.tryCreate(projectId, subnet);
      if (network) return network;
    }
    throw new EngineRefusedError('No subnet is free for a new network on this host.', CONFLICT);
  }

  /** @returns null when the subnet was taken meanwhile, by another project's network */
  private async tryCreate(projectId: string, subnet: string): Promise<EngineNetwork | null> {
    try {
      const labels = { [LABEL_PROJECT]: projectId };
      return await this.host.createNetwork({ name: networkName(projectId), labels, subnet });
    } catch (error) {
      if (!isConflict(error)) throw error;
      return this.waitFor(projectId);
    }
  }

  private async waitFor(projectId: string): Promise<EngineNetwork | null> {
    for (let waited = 0; waited < APPEAR_MS; waited += APPEAR_POLL_MS) {
      const network = await this.find(projectId);
      if (network) return network;
      await this.clock.sleep(APPEAR_POLL_MS);
    }
    return null;
  }

  private removeIfEmpty({ id, name, labels }: EngineNetwork): Promise<void> {
    const projectId = labels[LABEL_PROJECT]!;
    return this.serial.run(projectId, async () => {
      // Looked at again, as a container may have come since.
      if (this.isPromised(projectId) || (await this.host.networksInUse()).has(name)) return;
      try {
        await this.host.removeNetwork(id);
      } catch (error) {
        // In use after all: another host's service put a container on it just now.
        if (!(error instanceof EngineRefusedError)) throw error;
      }
    });
  }

  private isPromised(projectId: string): boolean {
    return [...this.promised.values()].includes(projectId);
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
