import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { Database } from '../database.js';
import type { ContainerActionEventRow, ContainerActionRow, ContainerRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';
import { marks, selectUnfinished, toPendingWork, type PendingWork, type UnfinishedRow } from './pending-work.js';

/** Which containers' work is wanted. */
export interface PendingFilter {
  /** Placed on one of these; absent: placed anywhere. */
  readonly hosts?: readonly string[];
  readonly uuids?: readonly string[];
  /** With an action that nobody was told about since (UTC). */
  readonly hintedBefore?: string;
  /** Containers at most; those with the oldest actions come first. */
  readonly limit: number;
}

/** Reads of the action log, and the note of when somebody was last told about an action. */
@Injectable()
export class ActionLogStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What a tenant sees, newest first. Changes of resources are not shown: Zun records none. */
  async list(uuid: string): Promise<ContainerActionRow[]> {
    return this.db.read<ContainerActionRow>(
      "SELECT * FROM container_action WHERE container_uuid = ? AND action <> 'update' ORDER BY id DESC",
      [uuid],
    );
  }

  /** The newest action of a request; null when there is none. */
  async findByRequest(uuid: string, requestId: string): Promise<ContainerActionRow | null> {
    const [row] = await this.db.read<ContainerActionRow>(
      "SELECT * FROM container_action WHERE container_uuid = ? AND request_id = ? AND action <> 'update' ORDER BY id DESC LIMIT 1",
      [uuid, requestId],
    );
    return row ?? null;
  }

  /** Newest first. */
  async events(actionId: number): Promise<ContainerActionEventRow[]> {
    return this.db.read<ContainerActionEventRow>('SELECT * FROM container_action_event WHERE action_id = ? ORDER BY id DESC', [
      actionId,
    ]);
  }

  /** The work of placed containers; of each all of it, whatever the filter found it by. */
  async pending({ hosts, uuids, hintedBefore, limit }: PendingFilter): Promise<PendingWork[]> {
    if (hosts?.length === 0 || uuids?.length === 0) return [];
    const conditions = ['a.finish_time IS NULL', hosts ? `c.host IN (${marks(hosts)})` : 'c.host IS NOT NULL'];
    if (uuids) conditions.push(`c.uuid IN (${marks(uuids)})`);
    if (hintedBefore !== undefined) conditions.push('(a.hinted_at IS NULL OR a.hinted_at < ?)');
    const found = await this.db.read<{ uuid: string }>(
      `SELECT c.uuid AS uuid FROM container_action a JOIN container c ON c.uuid = a.container_uuid
         WHERE ${conditions.join(' AND ')} GROUP BY c.uuid ORDER BY MIN(a.id) LIMIT ${limit}`,
      [...(hosts ?? []), ...(uuids ?? []), ...(hintedBefore === undefined ? [] : [hintedBefore])],
    );
    return this.workOf(found.map(({ uuid }) => uuid));
  }

  /** The work of a container that waits for a host; null when it is gone or placed. */
  async unplaced(uuid: string): Promise<PendingWork | null> {
    const [work] = await this.workOf([uuid]);
    return work && work.container.host === null ? work : null;
  }

  /** Notes that these were hinted at just now. */
  async markHinted(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const now = toUtcTime(this.clock.now());
    await this.db.transaction((tx) =>
      tx.execute(`UPDATE container_action SET hinted_at = ? WHERE id IN (${marks(ids)})`, [now, ...ids]),
    );
  }

  private async workOf(uuids: readonly string[]): Promise<PendingWork[]> {
    if (uuids.length === 0) return [];
    const containers = await this.db.read<ContainerRow>(`SELECT * FROM container WHERE uuid IN (${marks(uuids)})`, uuids);
    const unfinished = new Map<string, UnfinishedRow[]>();
    for (const row of await this.db.read<UnfinishedRow>(selectUnfinished(uuids), uuids)) {
      unfinished.set(row.container_uuid, [...(unfinished.get(row.container_uuid) ?? []), row]);
    }
    return containers.flatMap((container) => {
      const own = unfinished.get(container.uuid);
      return own ? [toPendingWork(container, own)] : [];
    });
  }
}
