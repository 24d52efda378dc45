import { LABEL_PROJECT } from '@zun/driver-api';
import type { EngineEndpoint, EngineNetwork, NetworkAttachment, NetworkDriver, NetworkHost, NetworkOwner } from '@zun/driver-api';
import {
  DomainError,
  EngineRefusedError,
  InvalidValueError,
  systemClock,
  type Address,
  type Addresses,
  type Clock,
  defaultNetworkOf,
  type ContainerSpec,
  type RequestedNetwork,
} from '@zun/domain';
import { contains } from './cidr.js';
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

/** A bridge that is to be on this host. */
interface Bridge {
  readonly name: string;
  readonly projectId: string;
}

/**
 * Networks of the engine itself: a bridge of its own for each network of each project, so that tenants are never on one network. It is
 * made with the first container that is to be on it on this host, and goes a while after the last: making one takes longer than making a
 * container, and who removes a container often makes the next. A network is thus as many bridges as there are hosts with containers on
 * it; its id is in the bridge's name, so that it is the same on all of them.
 *
 * Subnets are given explicitly: an engine's own address pools have room for some thirty networks only.
 */
export class BridgeNetworkDriver implements NetworkDriver {
  private readonly pool: SubnetPool;
  private readonly localSubnets: () => Promise<readonly string[]>;
  private readonly clock: Clock;
  /** Making and removing a network exclude each other. */
  private readonly serial = new Serial();
  /** Names of the networks that each container was promised; it may not be on them yet, and must not lose them. */
  private readonly promised = new Map<string, Set<string>>();
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

  prepare(spec: ContainerSpec): Promise<readonly NetworkAttachment[]> {
    return Promise.all(spec.networks.map((wanted) => this.attach(spec, wanted)));
  }

  async attach({ uuid, projectId }: ContainerSpec, wanted: RequestedNetwork): Promise<NetworkAttachment> {
    if (wanted.port) throw new DomainError('invalid', 'invalid-value', 'Networks of this host have no ports to ask for by id.');
    const bridge = { name: bridgeName(projectId, wanted.network), projectId };
    const { fixedIp } = wanted;
    return this.serial.run(bridge.name, async () => {
      const { subnets } = await this.ensure(bridge);
      this.promised.set(uuid, new Set(this.promised.get(uuid)).add(bridge.name));
      if (!fixedIp) return { networkName: bridge.name };
      demandWithin(fixedIp, subnets);
      return { networkName: bridge.name, ipv4: fixedIp };
    });
  }

  async detach({ uuid, projectId }: ContainerSpec, wanted: RequestedNetwork): Promise<string> {
    const name = bridgeName(projectId, wanted.network);
    this.promised.get(uuid)?.delete(name);
    return name;
  }

  describe(_container: { readonly uuid: string }, endpoints: readonly EngineEndpoint[]): Addresses {
    const addresses = endpoints.map((endpoint) => [networkIdOf(endpoint), addressesOf(endpoint)] as const);
    // A container that does not run has no address: the engine gives it one at each start.
    return Object.fromEntries(addresses.filter(([networkId, list]) => networkId && list.length > 0));
  }

  async release({ uuid }: NetworkOwner): Promise<void> {
    this.promised.delete(uuid);
  }

  /** A network goes that is empty, and was in the sweep before. Networks of an earlier process are found, too. */
  async sweep(): Promise<void> {
    const ours = (await this.host.listNetworks()).filter(isOurs);
    const inUse = ours.length > 0 ? await this.host.networksInUse() : new Set<string>();
    const empty = ours.filter(({ name }) => !inUse.has(name) && !this.isPromised(name));
    for (const network of empty) if (this.empty.has(network.name)) await this.removeIfEmpty(network);
    this.empty = new Set(empty.map(({ name }) => name));
  }

  private async ensure(bridge: Bridge): Promise<EngineNetwork> {
    return (await this.find(bridge)) ?? (await this.create(bridge));
  }

  private async find({ name, projectId }: Bridge): Promise<EngineNetwork | null> {
    const network = await this.host.findNetwork(name);
    if (!network || network.labels[LABEL_PROJECT] === projectId) return network;
    // A network's id may be given anew when the network is gone. What is left of it here nobody uses, but it is another tenant's.
    if (!isOurs(network) || (await this.host.networksInUse()).has(name)) {
      throw new EngineRefusedError(`A network ${network.name} that is not this project's is in the way.`, CONFLICT);
    }
    await this.host.removeNetwork(network.id);
    return null;
  }

  /**
   * Two services on one engine may do this for the same network at the same time, and engines check names only before they create. But no
   * two networks can have one subnet, and both services try the same one first: the second to come is refused, and then
   * waits for the network of the first to appear.
   */
  private async create(bridge: Bridge): Promise<EngineNetwork> {
    const networks = await this.host.listNetworks();
    const made = networks.find(({ name, labels }) => name === bridge.name && labels[LABEL_PROJECT] === bridge.projectId);
    if (made) return made;
    const taken = [...networks.flatMap(({ subnets }) => subnets), ...(await this.localSubnets())];
    let tries = 0;
    for (const subnet of this.pool.candidates(bridge.name, taken)) {
      if (tries++ === MAX_TRIES) break;
      const network = await this.tryCreate(bridge, subnet);
      if (network) return network;
    }
    throw new EngineRefusedError('No subnet is free for a new network on this host.', CONFLICT);
  }

  /** @returns null when the subnet was taken meanwhile, by another network */
  private async tryCreate(bridge: Bridge, subnet: string): Promise<EngineNetwork | null> {
    try {
      const labels = { [LABEL_PROJECT]: bridge.projectId };
      return await this.host.createNetwork({ name: bridge.name, labels, subnet });
    } catch (error) {
      if (!isConflict(error)) throw error;
      return this.waitFor(bridge);
    }
  }

  private async waitFor(bridge: Bridge): Promise<EngineNetwork | null> {
    for (let waited = 0; waited < APPEAR_MS; waited += APPEAR_POLL_MS) {
      const network = await this.find(bridge);
      if (network) return network;
      await this.clock.sleep(APPEAR_POLL_MS);
    }
    return null;
  }

  private removeIfEmpty({ id, name }: EngineNetwork): Promise<void> {
    return this.serial.run(name, async () => {
      // Looked at again, as a container may have come since.
      if (this.isPromised(name) || (await this.host.networksInUse()).has(name)) return;
      try {
        await this.host.removeNetwork(id);
      } catch (error) {
        // In use after all: another host's service put a container on it just now.
        if (!(error instanceof EngineRefusedError)) throw error;
      }
    });
  }

  private isPromised(name: string): boolean {
    return [...this.promised.values()].some((names) => names.has(name));
  }
}

/** Before the id of a network that somebody made. No project's own network is called so. */
const MADE_PREFIX = 'zunnet-';

/** The engine's name of a network: a project's own is called as it is known by. */
function bridgeName(projectId: string, networkId: string): string {
  return networkId === defaultNetworkOf(projectId) ? networkId : `${MADE_PREFIX}${networkId}`;
}

function isOurs({ name, labels }: EngineNetwork): boolean {
  const projectId = labels[LABEL_PROJECT];
  return projectId !== undefined && (name === defaultNetworkOf(projectId) || name.startsWith(MADE_PREFIX));
}

/** A network that the engine's owner has put a container on is known by what the engine calls it. */
function networkIdOf({ networkName }: EngineEndpoint): string {
  return networkName.startsWith(MADE_PREFIX) ? networkName.slice(MADE_PREFIX.length) : networkName;
}

/** @throws DomainError naming the subnets; an engine says so only when it is too late */
function demandWithin(address: string, subnets: readonly string[]): void {
  if (subnets.some((subnet) => contains(subnet, address))) return;
  throw new InvalidValueError(
    `The address ${address} is not within the network's subnet on this host, ${subnets.join(' and ')}.`,
  );
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
