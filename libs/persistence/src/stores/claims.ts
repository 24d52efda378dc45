import type { ContainerSpec, ResourceClaim } from '@zun/domain';
import type { Transaction } from '../database.js';
import type { AllocationRow, ContainerRow } from '../entities/index.js';
import { claimCpuset, releaseCpuset } from './cpu-pins.js';
import { fromMicro, toJson, toMicro } from './rows.js';

/**
 * Adds to what is claimed of a host, only while it fits: the check and the change are one statement, so any number of
 * schedulers may race. A negative amount always fits.
 * @returns false when the host is unknown or has not got it
 */
async function take(tx: Transaction, hostname: string, claim: ResourceClaim, condition = ''): Promise<boolean> {
  const amounts = [
    ['cpu_micro', toMicro(claim.cpu)],
    ['memory_mib', claim.memoryMib],
    ['disk_gib', claim.diskGib],
  ] as const;
  const set = amounts.map(([name]) => `claimed_${name} = claimed_${name} + ?`).join(', ');
  const growing = amounts.filter(([, amount]) => amount > 0);
  const guard = growing.map(([name]) => ` AND claimed_${name} + ? <= limit_${name}`).join('');
  const { affected } = await tx.execute(`UPDATE compute_node SET ${set} WHERE hostname = ?${guard}${condition}`, [
    ...amounts.map(([, amount]) => amount),
    hostname,
    ...growing.map(([, amount]) => amount),
  ]);
  return affected === 1;
}

/** New containers go only to hosts that may have them now, whatever a scheduler remembers. */
const TAKES_CONTAINERS = ` AND engine_up = 1 AND EXISTS (SELECT 1 FROM zun_service s
  WHERE s.host = compute_node.hostname AND s.disabled = 0 AND s.forced_down = 0)`;

/** Claims resources of a host for a container. @returns false when it does not fit; nothing is changed then */
export async function claim(
  tx: Transaction,
  uuid: string,
  hostname: string,
  amounts: ResourceClaim,
  cpuPolicy: ContainerSpec['cpuPolicy'] = 'shared',
): Promise<boolean> {
  if (!(await take(tx, hostname, amounts, TAKES_CONTAINERS))) return false;
  const cpuset = await claimCpuset(tx, { uuid, hostname, amounts, cpuPolicy });
  if (cpuset === 'none') {
    await take(tx, hostname, { cpu: -amounts.cpu, memoryMib: -amounts.memoryMib, diskGib: -amounts.diskGib });
    return false;
  }
  await tx.insert('allocation', {
    container_uuid: uuid,
    hostname,
    cpu_micro: toMicro(amounts.cpu),
    memory_mib: amounts.memoryMib,
    disk_gib: amounts.diskGib,
    cpuset: toJson(cpuset),
  });
  return true;
}

/** What a container holds of cpu and memory, in its claim as in its project's quota: more than it has while a change is under way. */
export async function heldBy(tx: Transaction, row: ContainerRow): Promise<{ cpu: number; memoryMib: number }> {
  const held = await tx.lock<AllocationRow>('allocation', 'container_uuid', row.uuid);
  if (!held) return { cpu: row.cpu, memoryMib: row.memory_mib };
  return { cpu: fromMicro(held.cpu_micro), memoryMib: held.memory_mib };
}

/** Changes a container's claim to new amounts. @returns false when the difference does not fit; nothing is changed then */
export async function changeClaim(tx: Transaction, uuid: string, amounts: Partial<ResourceClaim>): Promise<boolean> {
  const held = await tx.lock<AllocationRow>('allocation', 'container_uuid', uuid);
  if (!held) return true;
  const cpuMicro = amounts.cpu === undefined ? held.cpu_micro : toMicro(amounts.cpu);
  const memoryMib = amounts.memoryMib ?? held.memory_mib;
  const difference = {
    cpu: (cpuMicro - held.cpu_micro) / 1_000_000,
    memoryMib: memoryMib - held.memory_mib,
    diskGib: 0,
  };
  if (!(await take(tx, held.hostname, difference))) return false;
  await tx.execute('UPDATE allocation SET cpu_micro = ?, memory_mib = ? WHERE container_uuid = ?', [cpuMicro, memoryMib, uuid]);
  return true;
}

/** Lets go of a container's claim, once: without an allocation there is nothing to let go of. */
export async function releaseClaim(tx: Transaction, uuid: string): Promise<void> {
  const held = await tx.lock<AllocationRow>('allocation', 'container_uuid', uuid);
  if (!held) return;
  const { affected } = await tx.execute('DELETE FROM allocation WHERE container_uuid = ?', [uuid]);
  if (affected !== 1) return;
  await releaseCpuset(tx, uuid);
  await tx.execute(
    `UPDATE compute_node SET claimed_cpu_micro = claimed_cpu_micro - ?, claimed_memory_mib = claimed_memory_mib - ?,
       claimed_disk_gib = claimed_disk_gib - ? WHERE hostname = ?`,
    [held.cpu_micro, held.memory_mib, held.disk_gib, held.hostname],
  );
}
