import type { EngineInfo } from '@zun/driver-api';
import type { HostInventory } from '@zun/domain';
import type { ComputeOptions, ResourcePolicy } from '../options.js';
import type { Memory } from './measure.js';

/** What was measured, before policy. */
export interface Measured {
  readonly engine: EngineInfo;
  readonly memory: Memory;
  /** GiB of the engine's file system. */
  readonly diskGib: number;
}

/** What this host offers: what it has, or is told to say it has, and how much of it may be claimed. */
export function toInventory({ engine, memory, diskGib }: Measured, options: ComputeOptions): HostInventory {
  const { inventory } = options;
  const cpus = inventory.cpu.total ?? engine.cpus;
  const memTotalMib = inventory.memoryMib.total ?? memory.totalMib;
  const diskTotalGib = inventory.diskGib.total ?? Math.floor(diskGib * (1 - inventory.reserveDiskForImages));
  return {
    hostname: options.host,
    cpus,
    memTotalMib,
    memAvailableMib: Math.min(memory.availableMib, memTotalMib),
    diskTotalGib,
    diskQuotaSupported: engine.diskQuotaSupported,
    totalContainers: engine.containers,
    architecture: engine.architecture,
    osType: engine.osType,
    os: engine.os,
    kernelVersion: engine.kernelVersion,
    labels: { ...engine.labels, ...inventory.labels },
    runtimes: engine.runtimes,
    enableCpuPinning: false,
    limits: {
      cpu: limit(cpus, inventory.cpu),
      memoryMib: Math.floor(limit(memTotalMib, inventory.memoryMib)),
      diskGib: Math.floor(limit(diskTotalGib, inventory.diskGib)),
    },
  };
}

function limit(total: number, { reserved, ratio }: ResourcePolicy): number {
  return Math.max(0, total - reserved) * ratio;
}
