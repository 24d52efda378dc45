import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database.js';
import type { ProjectUsageRow } from '../entities/index.js';
import { readClassLimits, readLimits, toLimitColumns, type LimitChange } from './limits.js';
import { fromMicro } from './rows.js';
import type { QuotaAmounts } from './usage.js';

/** What projects may have, and what they use. `defaults` are always the operator's limits; −1 is no limit. */
@Injectable()
export class QuotaStore {
  constructor(private readonly db: Database) {}

  /** @param projectId null: a project that has no limits of its own */
  limits(projectId: string | null, defaults: QuotaAmounts): Promise<QuotaAmounts> {
    return readLimits((sql, params) => this.db.read(sql, params), projectId, defaults);
  }

  /** The limits of a class of projects. */
  classLimits(name: string, defaults: QuotaAmounts): Promise<QuotaAmounts> {
    return readClassLimits((sql, params) => this.db.read(sql, params), name, defaults);
  }

  /** What the containers of a project use; nothing for an unknown one. */
  async usage(projectId: string): Promise<QuotaAmounts> {
    const [row] = await this.db.read<ProjectUsageRow>('SELECT * FROM project_usage WHERE project_id = ?', [projectId]);
    if (!row) return { containers: 0, cpu: 0, memoryMib: 0, diskGib: 0 };
    return {
      containers: row.containers,
      cpu: fromMicro(row.cpu_micro),
      memoryMib: row.memory_mib,
      diskGib: row.disk_gib,
    };
  }

  /** When this has returned, no reservation that begins later passes the new limits. */
  setLimits(projectId: string, change: LimitChange): Promise<void> {
    return this.db.transaction((tx) => set(tx, { table: 'quota', key: 'project_id', value: projectId }, change));
  }

  /** See {@link setLimits}; for every project of the class that has none of its own. */
  setClassLimits(name: string, change: LimitChange): Promise<void> {
    return this.db.transaction((tx) => set(tx, { table: 'quota_class', key: 'class_name', value: name }, change));
  }

  /** Leaves a project with the limits of all; also when it had none of its own. */
  async resetLimits(projectId: string): Promise<void> {
    await this.db.transaction((tx) => tx.execute('DELETE FROM quota WHERE project_id = ?', [projectId]));
  }
}

interface Owner {
  readonly table: 'quota' | 'quota_class';
  readonly key: string;
  readonly value: string;
}

async function set(tx: Transaction, { table, key, value }: Owner, change: LimitChange): Promise<void> {
  const columns = toLimitColumns(change);
  const names = Object.keys(columns);
  if (names.length === 0) return;
  await tx.insertIfAbsent(table, { [key]: value });
  const assignments = names.map((name) => `${name} = ?`).join(', ');
  await tx.execute(`UPDATE ${table} SET ${assignments} WHERE ${key} = ?`, [...Object.values(columns), value]);
}
