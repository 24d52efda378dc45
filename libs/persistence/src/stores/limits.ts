import type { SqlValue } from '../database.js';
import type { QuotaClassRow, QuotaRow } from '../entities/index.js';
import type { QuotaAmounts } from './usage.js';

/** The class that every project is of. */
export const DEFAULT_CLASS = 'default';

/** Limits as somebody sets them: what is absent stays as it was. */
export type LimitChange = Partial<QuotaAmounts>;

type LimitRow = QuotaRow | QuotaClassRow;
type Query = (sql: string, params: readonly SqlValue[]) => Promise<unknown[]>;

/**
 * The limits in force: the project's own, else those of the class `default`, else the operator's.
 * @param projectId null: those of a project that has none of its own
 */
export async function readLimits(query: Query, projectId: string | null, defaults: QuotaAmounts): Promise<QuotaAmounts> {
  const forAll = await readClassLimits(query, DEFAULT_CLASS, defaults);
  if (projectId === null) return forAll;
  const [own] = (await query('SELECT * FROM quota WHERE project_id = ?', [projectId])) as LimitRow[];
  return over(own, forAll);
}

/** The limits of a class; the operator's where it has none. */
export async function readClassLimits(query: Query, name: string, defaults: QuotaAmounts): Promise<QuotaAmounts> {
  const [row] = (await query('SELECT * FROM quota_class WHERE class_name = ?', [name])) as LimitRow[];
  return over(row, defaults);
}

function over(row: LimitRow | undefined, otherwise: QuotaAmounts): QuotaAmounts {
  return {
    containers: row?.containers ?? otherwise.containers,
    cpu: row?.cpu ?? otherwise.cpu,
    memoryMib: row?.memory_mib ?? otherwise.memoryMib,
    diskGib: row?.disk_gib ?? otherwise.diskGib,
  };
}

/** The columns of a change. */
export function toLimitColumns({ containers, cpu, memoryMib, diskGib }: LimitChange): Record<string, number> {
  const columns = Object.entries({ containers, cpu, memory_mib: memoryMib, disk_gib: diskGib });
  return Object.fromEntries(columns.filter((entry): entry is [string, number] => entry[1] !== undefined));
}
