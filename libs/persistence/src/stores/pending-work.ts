import type { ContainerActionRow, ContainerRow } from '../entities/index.js';

/** Everything of one container that has no end. */
export interface PendingWork {
  readonly container: ContainerRow;
  /** In the order in which they were accepted. */
  readonly actions: readonly ContainerActionRow[];
  /** The newest action of the container, ended or not, at the same moment. */
  readonly newestActionId: number;
}

/** An unfinished action, and the newest one of its container. */
export type UnfinishedRow = ContainerActionRow & { readonly newest_id: number };

/** One statement, so that what is unfinished and what is newest are of the same moment. */
export function selectUnfinished(uuids: readonly string[]): string {
  return `SELECT a.*, (SELECT MAX(n.id) FROM container_action n WHERE n.container_uuid = a.container_uuid) AS newest_id
    FROM container_action a WHERE a.finish_time IS NULL AND a.container_uuid IN (${marks(uuids)}) ORDER BY a.id`;
}

export function toPendingWork(container: ContainerRow, actions: readonly UnfinishedRow[]): PendingWork {
  return { container, actions, newestActionId: Number(actions[0]?.newest_id ?? 0) };
}

/** A placeholder for each value of a list. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
