import type { SqlValue, Transaction } from '../database.js';
import type { ContainerEventRow, ContainerRow } from '../entities/index.js';

/** What no tenant can see of a container: a change of it is no event. */
const UNSEEN: ReadonlySet<string> = new Set(['observed_version', 'held_observation', 'unique_name', 'name_key', 'updated_at']);

/*
 * The only places that write containers. With each change that somebody can see they write, in the same transaction, the event that tells
 * of it: the one is never there without the other.
 */

/** Adds a container. @returns its row's id */
export async function insertContainer(tx: Transaction, row: Omit<ContainerRow, 'id'>): Promise<number> {
  const { insertId } = await tx.insert('container', row);
  await addEvent(tx, 'created', row);
  return insertId;
}

/**
 * Changes a container whose row the transaction holds.
 * @returns false when its status is not any more what the row says, which a lock does not prevent in a cluster of databases
 */
export async function updateContainer(
  tx: Transaction,
  row: ContainerRow,
  columns: Readonly<Partial<Record<keyof ContainerRow, SqlValue>>>,
): Promise<boolean> {
  const set = Object.keys(columns)
    .map((column) => `${column} = ?`)
    .join(', ');
  const { affected } = await tx.execute(`UPDATE container SET ${set} WHERE uuid = ? AND status = ?`, [
    ...Object.values(columns),
    row.uuid,
    row.status,
  ]);
  if (affected !== 1) return false;
  const isSeen = Object.entries(columns).some(
    ([name, value]) => !UNSEEN.has(name) && row[name as keyof ContainerRow] !== value,
  );
  if (isSeen) await addEvent(tx, 'changed', { ...row, ...columns } as ContainerRow);
  return true;
}

/** @returns false when it is gone already */
export async function deleteContainer(tx: Transaction, row: ContainerRow): Promise<boolean> {
  const { affected } = await tx.execute('DELETE FROM container WHERE uuid = ?', [row.uuid]);
  if (affected !== 1) return false;
  await addEvent(tx, 'deleted', { ...row, status: 'Deleted', task_state: null });
  return true;
}

async function addEvent(tx: Transaction, event: ContainerEventRow['event'], row: Omit<ContainerRow, 'id'>): Promise<void> {
  const { uuid, project_id, user_id, name, status, status_reason, status_detail, task_state, host, updated_at } = row;
  await tx.insert('container_event', {
    ...{ event, uuid, project_id, user_id, name, status, status_reason, status_detail, task_state, host, updated_at },
  });
}
