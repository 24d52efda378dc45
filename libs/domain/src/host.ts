import type { CpuTopology } from './cpuset.js';

/** What a host has, as it reports it. */
export interface HostInventory {
  readonly hostname: string;
  /** Logical processors. */
  readonly cpus: number;
  readonly memTotalMib: number;
  readonly memAvailableMib: number;
  /** GiB of the engine's file system, less what is kept for images. */
  readonly diskTotalGib: number;
  readonly diskQuotaSupported: boolean;
  readonly totalContainers: number;
  readonly architecture: string;
  readonly osType: string;
  readonly os: string;
  readonly kernelVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runtimes: readonly string[];
  readonly enableCpuPinning: boolean;
  /** There where processors are dedicated. */
  readonly cpuTopology?: CpuTopology;
  /** What containers may claim at most: (total − reserved) × allocation ratio. */
  readonly limits: { readonly cpu: number; readonly memoryMib: number; readonly diskGib: number };
}
