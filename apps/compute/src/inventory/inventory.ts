import type { EngineInfo } from '@zun/driver-api';
import type { CpuTopology, HostInventory, NumaNode } from '@zun/domain';
import type { ComputeOptions, ResourcePolicy } from '../options.js';
import type { Memory } from './measure.js';

/** What was measured, before policy. */
export interface Measured {
  readonly engine: EngineInfo;
  readonly memory: Memory;
  /** GiB of the engine's file system. */
  readonly diskGib: number;
  /** Absent when nothing is dedicated, so that nobody had to look. */
  readonly numaNodes?: readonly NumaNode[];
}

/** What this host offers: what it has, or is told to say it has, and how much of it may be claimed. */
export function toInventory({ engine, memory, diskGib, numaNodes = [] }: Measured, options: ComputeOptions): HostInventory {
  const { inventory } = options;
  const cpus = inventory.cpu.total ?? engine.cpus;
  const memTotalMib = inventory.memoryMib.total ?? memory.totalMib;
  const diskTotalGib = inventory.diskGib.total ?? Math.floor(diskGib * (1 - inventory.reserveDiskForImages));
  const cpuTopology = toTopology(numaNodes, inventory.floatingCpus);
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
    enableCpuPinning: cpuTopology !== null,
    ...(cpuTopology ? { cpuTopology } : {}),
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

/** @returns null where nothing is, or can be, dedicated */
function toTopology(nodes: readonly NumaNode[], floating: readonly number[] | null): CpuTopology | null {
  if (floating === null || nodes.length === 0) return null;
  const all = nodes.flatMap(({ cpus }) => cpus);
  return {
    nodes: nodes.map((node) => ({ ...node, cpus: node.cpus.filter((cpu) => !floating.includes(cpu)) })),
    floating: floating.filter((cpu) => all.includes(cpu)),
  };
}
