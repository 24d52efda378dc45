import { OverQuotaError } from '@zun/domain';
import type { Transaction } from '../database.js';
import { DEFAULT_CLASS, readLimits } from './limits.js';
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
  /** The operator's, for what neither the project nor the class `default` limits; −1: unlimited. Null: nothing has a limit. */
  readonly limits: QuotaAmounts | null;
}

interface Resource {
  /** In `project_usage`. */
  readonly column: string;
  /** In `quota` and `quota_class`. */
  readonly limitColumn: string;
  /** How many of the column's units are one of the limit's. */
  readonly units: number;
  readonly name: string;
  /** As stored. */
  readonly amount: (amounts: QuotaAmounts) => number;
  readonly limit: (limits: QuotaAmounts) => number;
}

const RESOURCES: readonly Resource[] = [
  {
    ...{ column: 'containers', limitColumn: 'containers', units: 1, name: 'containers' },
    amount: (amounts) => amounts.containers,
    limit: (limits) => limits.containers,
  },
  {
    ...{ column: 'cpu_micro', limitColumn: 'cpu', units: toMicro(1), name: 'cpu' },
    amount: (amounts) => toMicro(amounts.cpu),
    limit: (limits) => limits.cpu,
  },
  {
    ...{ column: 'memory_mib', limitColumn: 'memory_mib', units: 1, name: 'memory' },
    amount: (amounts) => amounts.memoryMib,
    limit: (limits) => limits.memoryMib,
  },
  {
    ...{ column: 'disk_gib', limitColumn: 'disk_gib', units: 1, name: 'disk' },
    amount: (amounts) => amounts.diskGib,
    limit: (limits) => limits.diskGib,
  },
];

/** True when the amount fits below the limit in force, which is null where there is none. */
const fits = ({ column, limitColumn, units }: Resource): string => {
  const set = `SELECT ${limitColumn} FROM`;
  const limit = `COALESCE((${set} quota WHERE project_id = ?), (${set} quota_class WHERE class_name = '${DEFAULT_CLASS}'), ?)`;
  return ` AND COALESCE(${column} + ? <= NULLIF(${limit}, -1) * ${units}, 1) = 1`;
};

/**
 * Takes from a project's quota, in the transaction of the write that needs it. Finding the limits in force, the check and the change are
 * one statement: any number of requests at once, and changes of the limits among them, cannot pass a limit.
 * @throws OverQuotaError naming the resources that do not suffice
 */
export async function reserveQuota(tx: Transaction, projectId: string, reservation: QuotaReservation): Promise<void> {
  const { counted, used, limits } = reservation;
  const checked = limits === null ? [] : RESOURCES.filter(({ amount }) => amount(counted) > 0);
  const set = RESOURCES.map(({ column }) => `${column} = ${column} + ?`).join(', ');
  const params = [
    ...RESOURCES.map(({ amount }) => amount(used)),
    projectId,
    ...checked.flatMap(({ amount, limit }) => [amount(counted), projectId, limit(limits!)]),
  ];
  const update = (): Promise<{ affected: number }> =>
    tx.execute(`UPDATE project_usage SET ${set} WHERE project_id = ?${checked.map(fits).join('')}`, params);

  if ((await update()).affected === 1) return;
  const created = await tx.insertIfAbsent('project_usage', { project_id: projectId });
  if (created.affected === 1 && (await update()).affected === 1) return;
  throw new OverQuotaError(await missing(tx, projectId, reservation));
}

/** Gives back what containers of a project no longer use. */
export async function releaseQuota(tx: Transaction, projectId: string, amounts: QuotaAmounts): Promise<void> {
  const set = RESOURCES.map(({ column }) => `${column} = ${column} - ?`).join(', ');
  await tx.execute(`UPDATE project_usage SET ${set} WHERE project_id = ?`, [
    ...RESOURCES.map(({ amount }) => amount(amounts)),
    projectId,
  ]);
}

async function missing(tx: Transaction, projectId: string, { counted, limits }: QuotaReservation): Promise<string[]> {
  const usage = await tx.lock<Record<string, number>>('project_usage', 'project_id', projectId);
  const inForce = await readLimits((sql, params) => tx.query(sql, params), projectId, limits!);
  return RESOURCES.filter(({ column, amount, limit, units }) => {
    const most = limit(inForce);
    return most >= 0 && amount(counted) > 0 && (usage?.[column] ?? 0) + amount(counted) > most * units;
  }).map(({ name }) => name);
}
