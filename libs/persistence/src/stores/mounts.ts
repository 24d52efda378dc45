import { randomUUID } from 'node:crypto';
import { isUuidLike, VolumeNotFoundError, type Mount, type MountRequest } from '@zun/domain';
import type { Transaction } from '../database.js';
import type { VolumeRow } from '../entities/index.js';
import { marks } from './pending-work.js';

/** Whose mounts they are. */
interface Owner {
  readonly uuid: string;
  readonly projectId: string;
}

/**
 * Writes down what a container is to have mounted. A volume that its project names for the first time is made by that; one that is
 * named by a uuid must be there.
 * @param now UTC
 * @throws VolumeNotFoundError
 */
export async function addMounts(tx: Transaction, owner: Owner, mounts: readonly MountRequest[], now: string): Promise<void> {
  for (const mount of mounts) {
    const volume = mount.kind === 'file' ? null : await volumeOf(tx, owner, mount, now);
    await tx.insert('container_mount', {
      container_uuid: owner.uuid,
      destination: mount.destination,
      volume_uuid: volume,
      content: mount.kind === 'file' ? mount.content : null,
    });
  }
}

async function volumeOf(
  tx: Transaction,
  owner: Owner,
  mount: Exclude<MountRequest, { kind: 'file' }>,
  now: string,
): Promise<string> {
  const uuid = randomUUID();
  const made = { uuid, project_id: owner.projectId, created_at: now };
  if (mount.kind === 'new') {
    await tx.insert('volume', { ...made, container_uuid: owner.uuid, size_gib: mount.sizeGib });
    return uuid;
  }
  const { source } = mount;
  if (isUuidLike(source)) {
    const known = await tx.lock<VolumeRow>('volume', 'uuid', source.toLowerCase());
    if (known?.project_id !== owner.projectId || known.name === null) throw new VolumeNotFoundError(source);
    return known.uuid;
  }
  await tx.insertIfAbsent('volume', { ...made, name: source });
  const [known] = await tx.query<{ uuid: string }>('SELECT uuid FROM volume WHERE project_id = ? AND name = ?', [
    owner.projectId,
    source,
  ]);
  // Held, so that nobody forgets it before this container is there.
  if (!known || !(await tx.lock('volume', 'uuid', known.uuid))) throw new VolumeNotFoundError(source);
  return known.uuid;
}

/** @returns a container's volumes, held; `elsewhere` when one is on another host already */
export async function volumesFor(tx: Transaction, container: string, hostname: string): Promise<readonly string[] | 'elsewhere'> {
  const rows = await tx.query<{ uuid: string }>(
    'SELECT DISTINCT volume_uuid AS uuid FROM container_mount WHERE container_uuid = ? AND volume_uuid IS NOT NULL ORDER BY volume_uuid',
    [container],
  );
  for (const { uuid } of rows) {
    const volume = await tx.lock<VolumeRow>('volume', 'uuid', uuid);
    if (volume && volume.host !== null && volume.host !== hostname) return 'elsewhere';
  }
  return rows.map(({ uuid }) => uuid);
}

/** Puts volumes on a host, for good: what containers write to them will be there. */
export async function placeVolumes(tx: Transaction, volumes: readonly string[], hostname: string): Promise<void> {
  if (volumes.length === 0) return;
  await tx.execute(`UPDATE volume SET host = ? WHERE uuid IN (${marks(volumes)})`, [hostname, ...volumes]);
}

/** Forgets what a container had mounted, and the volumes that were its own. */
export async function purgeMounts(tx: Transaction, container: string): Promise<void> {
  await tx.execute('DELETE FROM container_mount WHERE container_uuid = ?', [container]);
  await tx.execute('DELETE FROM volume WHERE container_uuid = ?', [container]);
}

/** A mount with what is known of its volume. */
export interface MountLine {
  readonly destination: string;
  readonly content: string | null;
  readonly volume_uuid: string | null;
  readonly owner: string | null;
}

/** Selects a container's mounts as {@link MountLine}, in the order in which they were asked for. */
export const SELECT_MOUNTS = `SELECT m.destination, m.content, m.volume_uuid, v.container_uuid AS owner
  FROM container_mount m LEFT JOIN volume v ON v.uuid = m.volume_uuid WHERE m.container_uuid = ? ORDER BY m.id`;

export function toMount({ destination, content, volume_uuid: volume, owner }: MountLine): Mount {
  if (volume === null) return { kind: 'file', destination, content: content ?? '' };
  return { kind: 'volume', destination, volume, isOwned: owner !== null };
}
