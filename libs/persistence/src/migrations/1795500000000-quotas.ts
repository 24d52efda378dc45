import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

const TABLES = [
  ['quota', 'project_id'],
  ['quota_class', 'class_name'],
] as const;

/** Limits that administrators set, for a project and for a class of projects; null: not set. */
export class Quotas1795500000000 implements MigrationInterface {
  readonly name = 'Quotas1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    for (const [table, key] of TABLES) {
      const limits = ['containers', 'cpu', 'memory_mib', 'disk_gib'].map((name) => db.bigint(name, { isNullable: true }));
      await db.createTable(table, [db.string(key, 255, { isPrimary: true }), ...limits], []);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table] of TABLES) await runner.dropTable(table);
  }
}
