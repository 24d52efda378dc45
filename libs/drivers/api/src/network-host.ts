/** A network of the engine. */
export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** CIDRs, both families. */
  readonly subnets: readonly string[];
}

export interface CreateNetworkOptions {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** CIDR of the IPv4 subnet. */
  readonly subnet: string;
}

/**
 * What an engine offers to drivers that keep containers' networks on it. Errors are those of a `ContainerEngine`: unavailable,
 * or refused with a class (`conflict`: the name is taken, the subnet overlaps, the network is in use).
 */
export interface NetworkHost {
  listNetworks(): Promise<readonly EngineNetwork[]>;
  /** @returns null when the engine does not have it. */
  findNetwork(idOrName: string): Promise<EngineNetwork | null>;
  /** Creates an IPv4 bridge network. @returns it */
  createNetwork(options: CreateNetworkOptions): Promise<EngineNetwork>;
  /** Gone already is success. */
  removeNetwork(id: string): Promise<void>;
  /** Names of the networks that have containers, running or not: the engine itself counts only the running ones. */
  networksInUse(): Promise<ReadonlySet<string>>;
}
