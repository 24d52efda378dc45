import { OverQuotaError } from '@zun/domain';
import type { Transaction } from '../database.js';
import { toMicro } from './rows.js';

/** Amounts of everything a quota counts. */
export interface QuotaAmounts {
  readonly containers: number;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

export interface QuotaReservation {
  /** What is held against the limit: Zun counts only what the request literally names, not the defaults. */
  readonly counted: QuotaAmounts;
  /** What the project uses afterwards in addition. */
  readonly used: QuotaAmounts;
  /** −1: unlimited. */
  readonly limits: QuotaAmounts;
}

/** Column, name in the error, and the amount as stored. */
const RESOURCES = [
  ['containers', 'containers', (amounts: QuotaAmounts) => amounts.containers],
  ['cpu_micro', 'cpu', (amounts: QuotaAmounts) => (amounts.cpu < 0 ? -1 : toMicro(amounts.cpu))],
  ['memory_mib', 'memory', (amounts: QuotaAmounts) => amounts.memoryMib],
  ['disk_gib', 'disk', (amounts: QuotaAmounts) => amounts.diskGib],
] as const;

/**
 * Takes from a project's quota, in the transaction of the write that needs it. The check and the change are one statement, so any
 * number of requests at once cannot pass the limit.
 * @throws OverQuotaError naming the resources that do not suffice
 */
export async function reserveQuota(tx: Transaction, projectId: string, reservation: QuotaReservation): Promise<void> {
  const limited = RESOURCES.filter(([, , amount]) => amount(reservation.limits) >= 0 && amount(reservation.counted) > 0);
  const set = RESOURCES.map(([column]) => `${column} = ${column} + ?`).join(', ');
  const guard = limited.map(([column]) => ` AND ${column} + ? <= ?`).join('');
  const params = [
    ...RESOURCES.map(([, , amount]) => amount(reservation.used)),
    projectId,
    ...limited.flatMap(([, , amount]) => [amount(reservation.counted), amount(reservation.limits)]),
  ];
  const update = (): Promise<{ affected: number }> =>
    tx.execute(`UPDATE project_usage SET ${set} WHERE project_id = ?${guard}`, params);

  if ((await update()).affected === 1) return;
  const created = await tx.insertIfAbsent('project_usage', { project_id: projectId });
  if (created.affected === 1 && (await update()).affected === 1) return;
  throw new OverQuotaError(await missing(tx, projectId, reservation));
}

/** Gives back what containers of a project no longer use. */
export async function releaseQuota(tx: Transaction, projectId: string, amounts: QuotaAmounts): Promise<void> {
  const set = RESOURCES.map(([column]) => `${column} = ${column} - ?`).join(', ');
  await tx.execute(`UPDATE project_usage SET ${set} WHERE project_id = ?`, [
    ...RESOURCES.map(([, , amount]) => amount(amounts)),
    projectId,
  ]);
}

async function missing(tx: Transaction, projectId: string, reservation: QuotaReservation): Promise<string[]> {
  const usage = await tx.lock<Record<string, number>>('project_usage', 'project_id', projectId);
  return RESOURCES.filter(([column, , amount]) => {
    const limit = amount(reservation.limits);
    const counted = amount(reservation.counted);
    return limit >= 0 && counted > 0 && (usage?.[column] ?? 0) + counted > limit;
  }).map(([, name]) => name);
}
