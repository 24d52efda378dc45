import {
  chooseDedicated,
  formatCpuList,
  type ContainerSpec,
  type Cpuset,
  type CpuTopology,
  type PinnedCpu,
  type ResourceClaim,
} from '@zun/domain';
import type { Transaction } from '../database.js';
import type { ComputeNodeRow } from '../entities/index.js';

/** A processor that is given away, as {@link SELECT_PINNED} reads it. */
export interface PinnedLine extends PinnedCpu {
  readonly hostname: string;
}

/** Every processor that is given away. */
export const SELECT_PINNED = `SELECT p.hostname, p.cpu, p.node, p.container_uuid AS container, COALESCE(a.memory_mib, 0) AS memoryMib
  FROM pinned_cpu p LEFT JOIN allocation a ON a.container_uuid = p.container_uuid`;

export interface CpusetRequest {
  readonly uuid: string;
  readonly hostname: string;
  readonly amounts: ResourceClaim;
  readonly cpuPolicy: ContainerSpec['cpuPolicy'];
}

/**
 * Decides where a container may run on a host whose row the transaction holds: on processors of its own, which nobody else has then; or,
 * where a host dedicates processors, on the rest. A unique key stands behind it.
 * @returns null: anywhere; `none`: there is no place for it
 */
export async function claimCpuset(
  tx: Transaction,
  { uuid, hostname, amounts, cpuPolicy }: CpusetRequest,
): Promise<Cpuset | null | 'none'> {
  const host = await tx.lock<ComputeNodeRow>('compute_node', 'hostname', hostname);
  const topology = host?.enable_cpu_pinning && host.cpu_topology ? (JSON.parse(host.cpu_topology) as CpuTopology) : null;
  if (!topology) return cpuPolicy === 'dedicated' ? 'none' : null;
  if (cpuPolicy === 'shared') {
    return topology.floating.length === 0 ? 'none' : { cpus: formatCpuList(topology.floating), mems: '' };
  }
  const pinned = await tx.query<PinnedLine>(`${SELECT_PINNED} WHERE p.hostname = ?`, [hostname]);
  const chosen = chooseDedicated(topology, pinned, { cpus: amounts.cpu, memoryMib: amounts.memoryMib });
  if (!chosen) return 'none';
  for (const cpu of chosen.cpus) await tx.insert('pinned_cpu', { hostname, cpu, node: chosen.node, container_uuid: uuid });
  return { cpus: formatCpuList(chosen.cpus), mems: String(chosen.node) };
}

/** Gives a container's processors back. */
export async function releaseCpuset(tx: Transaction, uuid: string): Promise<void> {
  await tx.execute('DELETE FROM pinned_cpu WHERE container_uuid = ?', [uuid]);
}
