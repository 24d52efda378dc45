import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import libsql from 'libsql';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';

/** Where the database is, from `[database] connection`. */
export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly socketPath?: string | null;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

const shared = { entities: ENTITIES, migrations: MIGRATIONS, migrationsTableName: 'schema_migration' };

interface SqliteHandle {
  pragma(source: string): unknown;
}

/** Every commit reaches the disk before it is acknowledged: nothing acknowledged is lost, not even with the power. */
function prepareSqlite(handle: SqliteHandle): void {
  handle.pragma('journal_mode = WAL');
  handle.pragma('synchronous = FULL');
  handle.pragma('busy_timeout = 5000');
}

function sqliteOptions(path: string): DataSourceOptions {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    ...shared,
    type: 'better-sqlite3',
    driver: libsql,
    database: path,
    prepareDatabase: (handle) => prepareSqlite(handle as SqliteHandle),
  };
}

function mysqlOptions(location: Extract<DatabaseLocation, { kind: 'mysql' }>, poolSize: number): DataSourceOptions {
  const { host, port, socketPath, user, password, database } = location;
  return {
    ...shared,
    type: 'mysql',
    ...(socketPath ? { socketPath } : { host, port }),
    username: user,
    password,
    database,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize,
    connectTimeout: 10_000,
    extra: { enableKeepAlive: true, waitForConnections: true },
  };
}

/** @returns an unopened data source. @param poolSize connections kept (not SQLite) */
export function createDataSource(location: DatabaseLocation, poolSize = 10): DataSource {
  return new DataSource(location.kind === 'sqlite' ? sqliteOptions(location.path) : mysqlOptions(location, poolSize));
}
