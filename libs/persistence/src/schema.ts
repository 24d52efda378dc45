import type { DataSource } from 'typeorm';
import { MIGRATIONS } from './migrations/index.js';

/** The database's schema is not the one this version works with. */
export class SchemaVersionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaVersionError';
  }
}

/** The schema version this code works with: the name of its newest migration. */
export function expectedSchemaVersion(): string {
  return MIGRATIONS[MIGRATIONS.length - 1]!.name;
}

/** @returns the newest migration the database has had; null for an empty database. */
export async function schemaVersion(dataSource: DataSource): Promise<string | null> {
  const runner = dataSource.createQueryRunner();
  try {
    if (!(await runner.hasTable('schema_migration'))) return null;
    const rows = (await runner.query('SELECT name FROM schema_migration ORDER BY id DESC LIMIT 1')) as { name: string }[];
    return rows[0]?.name ?? null;
  } finally {
    await runner.release();
  }
}

/** Brings the database to this version. @returns the names of the migrations that ran */
export async function upgradeSchema(dataSource: DataSource): Promise<string[]> {
  const done = await dataSource.runMigrations({ transaction: 'each' });
  return done.map(({ name }) => name);
}

/** @throws SchemaVersionError saying which command mends it */
export async function checkSchema(dataSource: DataSource): Promise<void> {
  const found = await schemaVersion(dataSource);
  const expected = expectedSchemaVersion();
  if (found === expected) return;
  const known = found === null || MIGRATIONS.some(({ name }) => name === found);
  throw new SchemaVersionError(
    known
      ? `the database schema is ${found ?? 'empty'}, this version needs ${expected}: run the service with --db-upgrade once`
      : `the database schema ${found} is newer than this version knows (${expected}): upgrade the service`,
  );
}
