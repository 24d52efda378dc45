import type { ContainerSpec, HostInventory, PinnedCpu, ResourceClaim } from '@zun/domain';

/** A host as a scheduler sees it: what it reported, what is claimed of it, and whether its agent may be given work. */
export interface HostSnapshot {
  readonly inventory: HostInventory;
  readonly claimed: ResourceClaim;
  /** Its agent was heard of lately and is not forced down. */
  readonly isUp: boolean;
  readonly isDisabled: boolean;
  /** Its container engine answers. */
  readonly isEngineUp: boolean;
  readonly availabilityZone: string;
  /** Its processors that containers have for themselves. */
  readonly pinnedCpus: readonly PinnedCpu[];
}

/** What is to be placed. */
export interface PlacementDemand {
  readonly claim: ResourceClaim;
  readonly cpuPolicy: ContainerSpec['cpuPolicy'];
  /** Hosts that its volumes are on: there and nowhere else. Empty: it has none yet. */
  readonly volumeHosts: readonly string[];
  readonly runtime: string | null;
  readonly availabilityZone: string | null;
  /** Only this host. */
  readonly host: string | null;
  /** The only host that has the image; null: any may get it. */
  readonly imageHost: string | null;
  readonly hints: Readonly<Record<string, string>>;
}

/** @returns what is left of a host's limits */
export function freeResources({ inventory, claimed }: HostSnapshot): ResourceClaim {
  return {
    cpu: inventory.limits.cpu - claimed.cpu,
    memoryMib: inventory.limits.memoryMib - claimed.memoryMib,
    diskGib: inventory.limits.diskGib - claimed.diskGib,
  };
}
