import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  AmbiguousNameError,
  DomainError,
  isUuidLike,
  RegistryNotFoundError,
  toUtcTime,
  type Clock,
  type PullRegistry,
} from '@zun/domain';
import { Database, type SqlValue, type Transaction } from '../database.js';
import type { ContainerRow, RegistryRow } from '../entities/index.js';
import { SealBrokenError, SecretBox } from '../secret-box.js';
import { CLOCK } from './acceptance.js';
import { readPage, scopeCondition, where, type ListQuery, type TenantScope } from './listing.js';

/** What of a registry its tenant may change; what is absent stays as it was. */
export interface RegistryChange {
  readonly name?: string;
  readonly domain?: string;
  readonly username?: string;
  readonly password?: string;
}

/** A registry to be stored. */
export interface NewRegistry extends RegistryChange {
  readonly projectId: string;
  readonly userId: string;
  readonly domain: string;
}

/** Registries of tenants. Their passwords go in, and come out only for hosts that pull. */
@Injectable()
export class RegistryStore {
  constructor(
    private readonly db: Database,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async create(registry: NewRegistry): Promise<RegistryRow> {
    const uuid = randomUUID();
    const row = {
      uuid,
      project_id: registry.projectId,
      user_id: registry.userId,
      name: registry.name ?? null,
      domain: registry.domain,
      username: registry.username ?? null,
      sealed_password: this.seal(registry.password, uuid) ?? null,
      created_at: toUtcTime(this.clock.now()),
      updated_at: null,
    };
    const { insertId } = await this.db.transaction((tx) => tx.insert('registry', row));
    return { id: insertId, ...row };
  }

  /**
   * @param ident a uuid, or a name
   * @throws RegistryNotFoundError when the scope has none; AmbiguousNameError when it has several of that name
   */
  async find(scope: TenantScope, ident: string): Promise<RegistryRow> {
    const column = isUuidLike(ident) ? 'uuid' : 'name';
    const { sql, params } = where([{ sql: `${column} = ?`, params: [ident] }, ...scopeCondition(scope)]);
    const [row, second] = await this.db.read<RegistryRow>(`SELECT * FROM registry${sql} LIMIT 2`, params);
    if (!row) throw new RegistryNotFoundError(ident);
    if (second) throw new AmbiguousNameError('registry', ident);
    return row;
  }

  /** @throws RegistryNotFoundError when the marker is not in the scope */
  async list(query: ListQuery<RegistryRow>): Promise<RegistryRow[]> {
    const marker = query.marker === null ? null : await this.find(query.scope, query.marker);
    return readPage(this.db, 'registry', query, marker);
  }

  /** @returns the registry as it is then @throws RegistryNotFoundError */
  async update(uuid: string, { name, domain, username, password }: RegistryChange): Promise<RegistryRow> {
    const given = { name, domain, username, sealed_password: this.seal(password, uuid) };
    const changes = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.db.transaction(async (tx) => {
      await demand(tx, uuid);
      if (changes.length > 0) {
        const set = changes.map(([column]) => `${column} = ?, `).join('');
        const params: SqlValue[] = [...changes.map(([, value]) => value), toUtcTime(this.clock.now()), uuid];
        await tx.execute(`UPDATE registry SET ${set}updated_at = ? WHERE uuid = ?`, params);
      }
      return demand(tx, uuid);
    });
  }

  /** @throws RegistryNotFoundError; DomainError of class conflict while containers use it */
  async delete(uuid: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      await demand(tx, uuid);
      const [user] = await tx.query<{ uuid: string }>('SELECT uuid FROM container WHERE registry_id = ? LIMIT 1', [uuid]);
      if (user) throw new DomainError('conflict', 'conflict', `Registry ${uuid} is in use by container ${user.uuid}.`);
      await tx.execute('DELETE FROM registry WHERE uuid = ?', [uuid]);
    });
  }

  /**
   * What the host of a container needs to pull its image; null when the container names no registry. A password that cannot be opened is
   * left out: then the registry refuses, and the tenant learns that, instead of waiting.
   * @param report is told why a password is left out
   */
  async forPull(
    { registry_id: uuid }: Pick<ContainerRow, 'registry_id'>,
    report: (error: SealBrokenError) => void,
  ): Promise<PullRegistry | null> {
    if (uuid === null) return null;
    const [row] = await this.db.read<RegistryRow>('SELECT * FROM registry WHERE uuid = ?', [uuid]);
    return row ? { domain: row.domain, username: row.username, password: this.open(row, report) } : null;
  }

  private open({ uuid, sealed_password: sealed }: RegistryRow, report: (error: SealBrokenError) => void): string | null {
    if (sealed === null) return null;
    try {
      return this.secrets.open(sealed, uuid);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      report(error);
      return null;
    }
  }

  private seal(password: string | undefined, uuid: string): string | undefined {
    return password === undefined ? undefined : this.secrets.seal(password, uuid);
  }
}

/** The row, held until the transaction ends. @throws RegistryNotFoundError */
async function demand(tx: Transaction, uuid: string): Promise<RegistryRow> {
  const row = await tx.lock<RegistryRow>('registry', 'uuid', uuid);
  if (!row) throw new RegistryNotFoundError(uuid);
  return row;
}
