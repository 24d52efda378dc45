import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { Database } from '../database.js';
import type { ContainerActionEventRow, ContainerActionRow, ContainerRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';

/** An unfinished action with its container. */
export interface PendingAction {
  readonly action: ContainerActionRow;
  readonly container: ContainerRow;
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

  /**
   * Unfinished actions of placed containers, in the order they were accepted.
   * @param filter `host`: of that host only; `hintedBefore`: that nobody was told about since (UTC)
   */
  async pending(filter: { host?: string; hintedBefore?: string; limit: number }): Promise<PendingAction[]> {
    const conditions = ['a.finish_time IS NULL', filter.host === undefined ? 'c.host IS NOT NULL' : 'c.host = ?'];
    const params: string[] = filter.host === undefined ? [] : [filter.host];
    if (filter.hintedBefore !== undefined) {
      conditions.push('(a.hinted_at IS NULL OR a.hinted_at < ?)');
      params.push(filter.hintedBefore);
    }
    const actions = await this.db.read<ContainerActionRow>(
      `SELECT a.* FROM container_action a JOIN container c ON c.uuid = a.container_uuid
         WHERE ${conditions.join(' AND ')} ORDER BY a.id LIMIT ${filter.limit}`,
      params,
    );
    return this.withContainers(actions);
  }

  /** The create action of a container that waits for a host; null when it is gone or placed. */
  async pendingCreate(uuid: string): Promise<PendingAction | null> {
    const actions = await this.db.read<ContainerActionRow>(
      "SELECT * FROM container_action WHERE container_uuid = ? AND action = 'create' AND finish_time IS NULL",
      [uuid],
    );
    return (await this.withContainers(actions))[0] ?? null;
  }

  /** Notes that these were hinted at just now. */
  async markHinted(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const now = toUtcTime(this.clock.now());
    await this.db.transaction((tx) =>
      tx.execute(`UPDATE container_action SET hinted_at = ? WHERE id IN (${ids.map(() => '?').join(', ')})`, [now, ...ids]),
    );
  }

  private async withContainers(actions: readonly ContainerActionRow[]): Promise<PendingAction[]> {
    if (actions.length === 0) return [];
    const uuids = [...new Set(actions.map(({ container_uuid }) => container_uuid))];
    const rows = await this.db.read<ContainerRow>(
      `SELECT * FROM container WHERE uuid IN (${uuids.map(() => '?').join(', ')})`,
      uuids,
    );
    const byUuid = new Map(rows.map((row) => [row.uuid, row]));
    return actions.flatMap((action) => {
      const container = byUuid.get(action.container_uuid);
      return container ? [{ action, container }] : [];
    });
  }
}
