import type { Transaction } from '../database.js';
import type { ContainerRow } from '../entities/index.js';
import { heldBy, releaseClaim } from './claims.js';
import { askForCommits } from './commits.js';
import { deleteContainer } from './container-writes.js';
import { purgeMounts } from './mounts.js';
import { releaseQuota } from './usage.js';

/** Forgets a container of which nothing is left on any host: its claim, its quota, its log and its row, in one transaction. */
export async function purgeContainer(tx: Transaction, row: ContainerRow, now: string): Promise<void> {
  const held = await heldBy(tx, row);
  await releaseClaim(tx, row.uuid);
  if (!(await deleteContainer(tx, row))) return;
  await purgeMounts(tx, row.uuid);
  await releaseQuota(tx, row.project_id, {
    containers: 1,
    ...held,
    diskGib: row.disk_gib,
  });
  await askForCommits(tx, row.uuid, now);
  await tx.execute(
    'DELETE FROM container_action_event WHERE action_id IN (SELECT id FROM container_action WHERE container_uuid = ?)',
    [row.uuid],
  );
  await tx.execute('DELETE FROM container_action WHERE container_uuid = ?', [row.uuid]);
}
