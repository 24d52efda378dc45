import type { CommitChoice, ImageStatus, ImageWishKind, RequestContext } from '@zun/domain';
import type { Transaction } from '../database.js';
import type { ContainerActionRow, ContainerRow, ImageRow } from '../entities/index.js';
import { toActionEntry } from './rows.js';

/** Notes the image that is to be made of a container, in the transaction that accepts this. */
export async function addCommit(
  tx: Transaction,
  context: RequestContext,
  row: ContainerRow,
  { imageUuid, repo, tag, isForGlance }: CommitChoice,
  now: string,
): Promise<void> {
  await tx.insert('image', {
    uuid: imageUuid,
    project_id: row.project_id,
    user_id: context.userId,
    host: row.host ?? '',
    driver: isForGlance ? 'glance' : 'docker',
    ...{ repo, tag, scope: imageUuid },
    image_id: null,
    size: null,
    wanted: 'present',
    revision: 1,
    // The action on the container is the work; there is none about the image yet.
    is_pending: 0,
    is_ours: 1,
    status: 'Saving',
    status_reason: null,
    request_id: context.requestId,
    hinted_at: null,
    created_at: now,
    updated_at: null,
  });
}

/**
 * A commit has ended. Made for Glance, its image is to go there, and when it has failed Glance is to forget it. Made for its host, the
 * name now means the new image: older ones of the host are to go.
 * @param made null: it has failed, and there is no image
 */
export async function settleCommit(
  tx: Transaction,
  action: ContainerActionRow,
  made: { readonly id: string; readonly sizeBytes: number } | null,
  now: string,
): Promise<void> {
  const { commit } = toActionEntry(action).params;
  const row = commit && (await tx.lock<ImageRow>('image', 'uuid', commit.imageUuid));
  if (row?.status !== 'Saving') return;
  if (row.driver === 'glance') return wishForGlance(tx, row, made === null ? 'discarded' : 'published', now);
  if (made === null) {
    await tx.execute('DELETE FROM image WHERE uuid = ?', [row.uuid]);
    return;
  }
  await tx.execute("UPDATE image SET status = 'Available', image_id = ?, size = ?, updated_at = ? WHERE uuid = ?", [
    made.id,
    String(made.sizeBytes),
    now,
    row.uuid,
  ]);
  await tx.execute(
    `UPDATE image SET wanted = 'absent', status = 'Deleting', revision = revision + 1, is_pending = 1, hinted_at = NULL, updated_at = ?
       WHERE project_id = ? AND repo = ? AND tag = ? AND host = ? AND scope <> '' AND driver = 'docker' AND status = 'Available'
         AND id < ?`,
    [now, row.project_id, row.repo, row.tag, row.host, row.id],
  );
}

async function wishForGlance(tx: Transaction, { uuid }: ImageRow, wanted: ImageWishKind, now: string): Promise<void> {
  const status: ImageStatus = wanted === 'published' ? 'Saving' : 'Deleting';
  await tx.execute(
    'UPDATE image SET wanted = ?, status = ?, revision = revision + 1, is_pending = 1, hinted_at = NULL, updated_at = ? WHERE uuid = ?',
    [wanted, status, now, uuid],
  );
}

/** The container goes, and with it the news of how its commits have ended: their host is asked about the images. */
export async function askForCommits(tx: Transaction, containerUuid: string, now: string): Promise<void> {
  const commits = await tx.query<ContainerActionRow>(
    "SELECT * FROM container_action WHERE container_uuid = ? AND action = 'commit' AND finish_time IS NULL",
    [containerUuid],
  );
  for (const action of commits) {
    const { commit } = toActionEntry(action).params;
    const row = commit && (await tx.lock<ImageRow>('image', 'uuid', commit.imageUuid));
    if (row?.status !== 'Saving') continue;
    if (row.driver === 'glance') await wishForGlance(tx, row, 'published', now);
    else {
      await tx.execute(
        "UPDATE image SET status = 'Pulling', revision = revision + 1, is_pending = 1, hinted_at = NULL WHERE uuid = ?",
        [row.uuid],
      );
    }
  }
}
