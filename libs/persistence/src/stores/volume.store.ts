import { Injectable } from '@nestjs/common';
import { VolumeNotFoundError, DomainError } from '@zun/domain';
import { Database } from '../database.js';
import type { VolumeRow } from '../entities/index.js';
import { marks } from './pending-work.js';

/** A volume, and how many containers have it. */
export type VolumeView = VolumeRow & { readonly containers: number };

/** Volumes of the hosts' own driver. */
@Injectable()
export class VolumeStore {
  constructor(private readonly db: Database) {}

  /** @returns the hosts that a container's volumes are on already: none, it may go anywhere; several, it can go nowhere */
  async hostsFor(container: string): Promise<string[]> {
    const rows = await this.db.read<{ host: string }>(
      `SELECT DISTINCT v.host AS host FROM container_mount m JOIN volume v ON v.uuid = m.volume_uuid
         WHERE m.container_uuid = ? AND v.host IS NOT NULL`,
      [container],
    );
    return rows.map(({ host }) => host);
  }

  /** Of these uuids, the ones that are no volumes of `host`. */
  async findUnknown(host: string, uuids: readonly string[]): Promise<string[]> {
    if (uuids.length === 0) return [];
    const rows = await this.db.read<{ uuid: string }>(`SELECT uuid FROM volume WHERE host = ? AND uuid IN (${marks(uuids)})`, [
      host,
      ...uuids,
    ]);
    const known = new Set(rows.map(({ uuid }) => uuid));
    return uuids.filter((uuid) => !known.has(uuid));
  }

  async list(): Promise<VolumeView[]> {
    return this.db.read<VolumeView>(
      `SELECT v.*, (SELECT COUNT(*) FROM container_mount m WHERE m.volume_uuid = v.uuid) AS containers
         FROM volume v ORDER BY v.project_id, v.created_at, v.uuid`,
    );
  }

  /**
   * Forgets a volume that no container has; its host then removes it with what is in it.
   * @throws VolumeNotFoundError; DomainError of class conflict while a container has it
   */
  async forget(uuid: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      if (!(await tx.lock('volume', 'uuid', uuid))) throw new VolumeNotFoundError(uuid);
      const [user] = await tx.query<{ container: string }>(
        'SELECT container_uuid AS container FROM container_mount WHERE volume_uuid = ? LIMIT 1',
        [uuid],
      );
      if (user) throw new DomainError('conflict', 'volume-in-use', `Volume ${uuid} is in use by container ${user.container}.`);
      await tx.execute('DELETE FROM volume WHERE uuid = ?', [uuid]);
    });
  }
}
