import type { DataSource } from 'typeorm';
import type { SqlValue } from './database.js';

/** Runs a statement that only reads, and gives its rows. */
export type Reader = (sql: string, params: readonly SqlValue[]) => Promise<unknown[]>;

/** mysql2's pool, as TypeORM keeps it. */
interface MysqlPool {
  query(sql: string, params: readonly SqlValue[], done: (error: Error | null, rows: unknown[]) => void): void;
}

/** A connection of better-sqlite3's interface. */
interface SqliteConnection {
  prepare(sql: string): { all(...params: readonly SqlValue[]): unknown[] };
}

/**
 * Reads go to the driver's own connections. A query through TypeORM makes a query runner, sends events and wraps the result; for
 * one row that takes longer than everything else the API does for a `GET` (see `npm run bench`).
 */
export function createReader(dataSource: DataSource): Reader {
  const driver = dataSource.driver as unknown as { pool?: MysqlPool; databaseConnection?: SqliteConnection };
  if (driver.pool) return mysqlReader(driver.pool);
  if (driver.databaseConnection) return sqliteReader(driver.databaseConnection);
  return (sql, params) => dataSource.query<unknown[]>(sql, [...params]);
}

function mysqlReader(pool: MysqlPool): Reader {
  return (sql, params) =>
    new Promise((resolve, reject) => {
      pool.query(sql, params, (error, rows) => {
        if (error) reject(error);
        else resolve(rows);
      });
    });
}

/** Statements are prepared once: there are as many as there are kinds of lists. */
const MAX_STATEMENTS = 200;

function sqliteReader(connection: SqliteConnection): Reader {
  const prepared = new Map<string, ReturnType<SqliteConnection['prepare']>>();
  return async (sql, params) => {
    let statement = prepared.get(sql);
    if (!statement) {
      if (prepared.size >= MAX_STATEMENTS) prepared.clear();
      statement = connection.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...params);
  };
}
