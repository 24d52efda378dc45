import type { SqlValue } from '../database.js';

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
 * Rows after the marker's, by key and never by offset. Ties are broken by id in the same direction; nulls come first
 * ascending, last descending, as both databases sort them.
 */
export function afterMarker<TRow extends { readonly id: number }>(
  marker: TRow,
  sortKey: keyof TRow & string,
  descending: boolean,
): Condition {
  const value = marker[sortKey] as SqlValue;
  const compare = descending ? '<' : '>';
  if (sortKey === 'id') return { sql: `id ${compare} ?`, params: [marker.id] };
  if (value === null) {
    const later = descending ? '' : ` OR ${sortKey} IS NOT NULL`;
    return { sql: `((${sortKey} IS NULL AND id ${compare} ?)${later})`, params: [marker.id] };
  }
  const nulls = descending ? ` OR ${sortKey} IS NULL` : '';
  return {
    sql: `(${sortKey} ${compare} ? OR (${sortKey} = ? AND id ${compare} ?)${nulls})`,
    params: [value, value, marker.id],
  };
}

/** The ORDER BY that {@link afterMarker} goes by. */
export function orderBy(sortKey: string, descending: boolean): string {
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
