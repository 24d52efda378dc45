import type { Config } from '@zun/config';
import type { RegistryCredentials } from '@zun/driver-api';
import { parsePairs } from './inventory/labels.js';

/** What of a resource this host keeps for itself, and how many times over the rest may be claimed. */
export interface ResourcePolicy {
  /** Offered instead of what is measured, when several compute services share one machine; null: measured. */
  readonly total: number | null;
  readonly reserved: number;
  readonly ratio: number;
}

export interface InventoryOptions {
  readonly cpu: ResourcePolicy;
  readonly memoryMib: ResourcePolicy;
  readonly diskGib: ResourcePolicy;
  /** The fraction of the engine's disk that is kept for images. */
  readonly reserveDiskForImages: number;
  /** Processors that containers share, where the others are dedicated; null: none is dedicated. */
  readonly floatingCpus: readonly number[] | null;
  /** Added to the labels of the engine. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything a compute service needs to know, complete. */
export interface ComputeOptions {
  readonly host: string;
  readonly availabilityZone: string;
  /** Runtime of containers whose request names none; null: the engine's. */
  readonly defaultRuntime: string | null;
  /** GiB of a container that asked for none, where the engine can enforce it. */
  readonly defaultDiskGib: number;
  /** Bytes of memory and swap together when limits change; -1: unlimited. */
  readonly memorySwap: number;
  readonly executeTimeoutMs: number;
  /** Registry of images whose reference names none; null: the engine's own default. */
  readonly defaultRegistry: { readonly domain: string; readonly credentials: RegistryCredentials | null } | null;
  readonly heartbeatMs: number;
  /** Milliseconds between two looks at all containers; null: only when the event stream was broken. */
  readonly relistMs: number | null;
  readonly danglingMs: number;
  readonly inventory: InventoryOptions;
}

/** How often a host reports at least, so that its failure shows soon; `periodic_interval_max` only shortens it. */
const HEARTBEAT_MS = 10_000;
const DANGLING_MS = 60_000;
const MIB_PER_GIB = 1024;

/** @returns the options of this host's service from the operator's configuration */
export function computeOptions(config: Config): ComputeOptions {
  const { DEFAULT, docker } = config;
  const sync = DEFAULT.sync_container_state_interval;
  return {
    host: DEFAULT.host,
    availabilityZone: DEFAULT.default_availability_zone,
    defaultRuntime: DEFAULT.container_runtime || null,
    defaultDiskGib: DEFAULT.default_disk,
    memorySwap: DEFAULT.default_memory_swap,
    executeTimeoutMs: docker.execute_timeout * 1000,
    defaultRegistry: docker.default_registry ? { domain: docker.default_registry, credentials: credentials(config) } : null,
    heartbeatMs: Math.min(HEARTBEAT_MS, DEFAULT.periodic_interval_max * 1000),
    relistMs: sync < 0 ? null : (sync || DEFAULT.periodic_interval_max) * 1000,
    danglingMs: DANGLING_MS,
    inventory: inventoryOptions(config),
  };
}

function credentials({ docker }: Config): RegistryCredentials | null {
  const { default_registry_username: username, default_registry_password: password } = docker;
  return username ? { username, password: password ?? '' } : null;
}

function inventoryOptions({ DEFAULT, compute }: Config): InventoryOptions {
  return {
    cpu: {
      total: compute.total_cpus,
      reserved: compute.reserved_host_cpus,
      ratio: compute.cpu_allocation_ratio || compute.initial_cpu_allocation_ratio,
    },
    memoryMib: {
      total: compute.total_memory_mb,
      reserved: compute.reserved_host_memory_mb,
      ratio: compute.ram_allocation_ratio || compute.initial_ram_allocation_ratio,
    },
    diskGib: {
      total: compute.total_disk_gb,
      reserved: Math.ceil(compute.reserved_host_disk_mb / MIB_PER_GIB),
      ratio: compute.disk_allocation_ratio || compute.initial_disk_allocation_ratio,
    },
    reserveDiskForImages: compute.reserve_disk_for_image,
    floatingCpus: compute.enable_cpu_pinning ? DEFAULT.floating_cpu_set : null,
    labels: parsePairs(compute.labels),
  };
}
