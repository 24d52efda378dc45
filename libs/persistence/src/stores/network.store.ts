import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError, NetworkNotFoundError, toUtcTime, type Clock } from '@zun/domain';
import { Database, isDuplicate } from '../database.js';
import type { NetworkRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';
import { isOnNetwork } from './container-networks.js';

/** A network to be stored. */
export interface NewNetwork {
  readonly projectId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly neutronNetId: string;
}

/** Networks of projects. */
@Injectable()
export class NetworkStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError of class conflict when there is one of this id, whosever it is */
  async create({ projectId, userId, name, neutronNetId }: NewNetwork): Promise<NetworkRow> {
    const row = {
      uuid: randomUUID(),
      project_id: projectId,
      user_id: userId,
      name,
      neutron_net_id: neutronNetId,
      created_at: toUtcTime(this.clock.now()),
    };
    try {
      const { insertId } = await this.db.transaction((tx) => tx.insert('network', row));
      return { id: insertId, ...row };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new DomainError(
        'conflict',
        'network-already-exists',
        `A network with neutron_net_id ${neutronNetId} already exists.`,
      );
    }
  }

  /** Networks of a project by id or, where none has this id, by name. */
  async findAll(projectId: string, ident: string): Promise<NetworkRow[]> {
    const rows = await this.db.read<NetworkRow>(
      'SELECT * FROM network WHERE project_id = ? AND (neutron_net_id = ? OR name = ?) ORDER BY id',
      [projectId, ident, ident],
    );
    const byId = rows.filter(({ neutron_net_id: id }) => id === ident);
    return byId.length > 0 ? byId : rows;
  }

  /**
   * Forgets a network that no container is on; hosts remove theirs when they see it unused.
   * @param neutronNetId of whichever project
   * @throws NetworkNotFoundError; DomainError of class conflict while containers are on it
   */
  async delete(neutronNetId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const row = await tx.lock<NetworkRow>('network', 'neutron_net_id', neutronNetId);
      if (!row) throw new NetworkNotFoundError(neutronNetId);
      const { sql, params } = isOnNetwork(neutronNetId);
      const [user] = await tx.query<{ uuid: string }>(`SELECT uuid FROM container WHERE project_id = ? AND ${sql} LIMIT 1`, [
        row.project_id,
        ...params,
      ]);
      if (user) throw new DomainError('conflict', 'conflict', `Network ${neutronNetId} is in use by container ${user.uuid}.`);
      await tx.execute('DELETE FROM network WHERE id = ?', [row.id]);
    });
  }
}
