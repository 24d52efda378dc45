import type { Database, SqlValue } from '../database.js';

/** Whose things a read may see. */
export type TenantScope = { readonly projectId: string } | { readonly userId: string } | 'all';

/** A page of a table that has columns `id`, `project_id` and `user_id`. */
export interface ListQuery<TRow> {
  readonly scope: TenantScope;
  /** Column → value, matched exactly. */
  readonly filters: Readonly<Partial<Record<keyof TRow, SqlValue>>>;
  readonly sortKey: keyof TRow & string;
  readonly descending: boolean;
  readonly limit: number;
  /** The uuid of the last item seen. */
  readonly marker: string | null;
}

/** A part of a WHERE. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Only what the scope may see. */
export function scopeCondition(scope: TenantScope): Condition[] {
  if (scope === 'all') return [];
  return 'projectId' in scope
    ? [{ sql: 'project_id = ?', params: [scope.projectId] }]
    : [{ sql: 'user_id = ?', params: [scope.userId] }];
}

/** Only what has these values. */
export function filterConditions(filters: Readonly<Record<string, SqlValue>>): Condition[] {
  return Object.entries(filters).map(([column, value]) => ({ sql: `${column} = ?`, params: [value] }));
}

/**
 * One page of a table, by key and never by offset. Ties are broken by id in the same direction; nulls come first ascending,
 * last descending, as both databases sort them.
 *
 * What comes after the marker is read in stretches, each of which is one stretch of an index on (scope, key): as one condition with
 * an OR, databases would look through all rows of the scope, or all ties.
 * @param marker the last row that was seen
 */
export async function readPage<TRow extends { readonly id: number }>(
  db: Database,
  table: string,
  query: ListQuery<TRow>,
  marker: TRow | null,
): Promise<TRow[]> {
  const { scope, filters, sortKey, descending, limit } = query;
  const fixed = [...scopeCondition(scope), ...filterConditions(filters as Record<string, SqlValue>)];
  const stretches = marker === null ? [[]] : stretchesAfter(marker, sortKey, descending);
  const rows: TRow[] = [];
  for (const stretch of stretches) {
    if (rows.length === limit) break;
    const { sql, params } = where([...fixed, ...stretch]);
    const order = orderBy(sortKey, descending);
    const left = limit - rows.length;
    rows.push(...(await db.read<TRow>(`SELECT * FROM ${table}${sql} ORDER BY ${order} LIMIT ${left}`, params)));
  }
  return rows;
}

/** In the order in which they come: what ties with the marker, what is beyond, and the nulls where they are last. */
function stretchesAfter<TRow extends { readonly id: number }>(
  marker: TRow,
  sortKey: keyof TRow & string,
  descending: boolean,
): Condition[][] {
  const compare = descending ? '<' : '>';
  const laterId = { sql: `id ${compare} ?`, params: [marker.id] };
  if (sortKey === 'id') return [[laterId]];
  const value = marker[sortKey] as SqlValue;
  const isNull = { sql: `${sortKey} IS NULL`, params: [] };
  if (value === null) {
    return descending ? [[isNull, laterId]] : [[isNull, laterId], [{ sql: `${sortKey} IS NOT NULL`, params: [] }]];
  }
  const ties = [{ sql: `${sortKey} = ?`, params: [value] }, laterId];
  const beyond = [{ sql: `${sortKey} ${compare} ?`, params: [value] }];
  return descending ? [ties, beyond, [isNull]] : [ties, beyond];
}

function orderBy(sortKey: string, descending: boolean): string {
  const direction = descending ? 'DESC' : 'ASC';
  return sortKey === 'id' ? `id ${direction}` : `${sortKey} ${direction}, id ${direction}`;
}

/** All of the conditions, with its WHERE; empty for none. */
export function where(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return { sql: '', params: [] };
  return {
    sql: ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    params: conditions.flatMap(({ params }) => params),
  };
}
