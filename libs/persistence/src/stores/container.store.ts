import { Injectable } from '@nestjs/common';
import { AmbiguousNameError, ContainerNotFoundError, isUuidLike, UNPLACED_STATUSES } from '@zun/domain';
import { Database } from '../database.js';
import type { ContainerRow } from '../entities/index.js';
import { marks } from './pending-work.js';
import { afterMarker, filterConditions, orderBy, scopeCondition, where, type ListQuery, type TenantScope } from './listing.js';

/** A page of containers. */
export type ContainerListQuery = ListQuery<ContainerRow>;

/** Reads of containers. Rows, not objects: they go to tenants by the thousand. */
@Injectable()
export class ContainerStore {
  constructor(private readonly db: Database) {}

  /**
   * @param ident a uuid, or a name
   * @throws ContainerNotFoundError when the scope has no such container; AmbiguousNameError when it has several of that name
   */
  async find(scope: TenantScope, ident: string): Promise<ContainerRow> {
    const column = isUuidLike(ident) ? 'uuid' : 'name';
    const { sql, params } = where([{ sql: `${column} = ?`, params: [ident] }, ...scopeCondition(scope)]);
    const [row, second] = await this.db.read<ContainerRow>(`SELECT * FROM container${sql} LIMIT 2`, params);
    if (!row) throw new ContainerNotFoundError(ident);
    if (second) throw new AmbiguousNameError('container', ident);
    return row;
  }

  async findByUuid(uuid: string): Promise<ContainerRow | null> {
    const [row] = await this.db.read<ContainerRow>('SELECT * FROM container WHERE uuid = ?', [uuid]);
    return row ?? null;
  }

  /** @throws ContainerNotFoundError when the marker is not in the scope */
  async list(query: ContainerListQuery): Promise<ContainerRow[]> {
    const conditions = [...scopeCondition(query.scope), ...filterConditions(query.filters)];
    if (query.marker !== null) {
      const marker = await this.find(query.scope, query.marker);
      conditions.push(afterMarker(marker, query.sortKey, query.descending));
    }
    const order = orderBy(query.sortKey, query.descending);
    const { sql, params } = where(conditions);
    return this.db.read<ContainerRow>(`SELECT * FROM container${sql} ORDER BY ${order} LIMIT ${query.limit}`, params);
  }

  /** Of these uuids, the ones that are not placed on `host`. */
  async findUnplaced(host: string, uuids: readonly string[]): Promise<string[]> {
    if (uuids.length === 0) return [];
    const marks = uuids.map(() => '?').join(', ');
    const rows = await this.db.read<{ uuid: string }>(`SELECT uuid FROM container WHERE host = ? AND uuid IN (${marks})`, [
      host,
      ...uuids,
    ]);
    const placed = new Set(rows.map(({ uuid }) => uuid));
    return uuids.filter((uuid) => !placed.has(uuid));
  }

  /** Containers that are to be placed: since before `acceptedBefore` (UTC), without a host. Oldest first. */
  async findUnhosted(acceptedBefore: string, limit: number): Promise<ContainerRow[]> {
    return this.db.read<ContainerRow>(
      `SELECT * FROM container WHERE host IS NULL AND status IN (${marks(UNPLACED_STATUSES)})
         AND COALESCE(updated_at, created_at) <= ? ORDER BY id LIMIT ${limit}`,
      [...UNPLACED_STATUSES, acceptedBefore],
    );
  }

  /** Containers that removed themselves and wait to be cleaned up. */
  async findSelfRemoved(limit: number): Promise<ContainerRow[]> {
    return this.db.read<ContainerRow>(
      `SELECT * FROM container WHERE status = 'Deleted' AND auto_remove = 1 AND task_state IS NULL ORDER BY id LIMIT ${limit}`,
    );
  }
}
