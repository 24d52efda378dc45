import { ServiceUnavailableError } from '@zun/domain';
import type { DataSource, QueryRunner } from 'typeorm';
import { createReader, type Reader } from './reader.js';

export type SqlValue = string | number | null;

export interface WriteResult {
  readonly affected: number;
  /** The generated key of an insert. */
  readonly insertId: number;
}

/** One transaction. `?` marks a parameter on every database. */
export interface Transaction {
  query<T>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  execute(sql: string, params?: readonly SqlValue[]): Promise<WriteResult>;
  insert(table: string, row: Readonly<Record<string, SqlValue>>): Promise<WriteResult>;
  /** Like insert; does nothing when a row with the same key is there. */
  insertIfAbsent(table: string, row: Readonly<Record<string, SqlValue>>): Promise<WriteResult>;
  /** Reads one row and holds it until the transaction ends. */
  lock<T>(table: string, column: string, value: SqlValue): Promise<T | null>;
}

/** Errors after which the same transaction may be tried again: deadlock, lock timeout, certification failure, busy file. */
const RETRIABLE = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT']);
const CONNECTION_LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
]);
const MAX_ATTEMPTS = 10;

const errorCode = (error: unknown): string => {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
};

/** What a statement throws that would break a unique index. */
const DUPLICATE = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE']);

/** Whether a transaction failed as somebody else has written the same unique value. */
export function isDuplicate(error: unknown): boolean {
  return DUPLICATE.has(errorCode(error));
}

function translate(error: unknown): unknown {
  return CONNECTION_LOST.has(errorCode(error)) ? new ServiceUnavailableError('The database does not answer.', error) : error;
}

/**
 * The SQL database. Every write goes through {@link transaction}; reads outside one go through {@link read} and see committed rows only.
 *
 * SQLite has one connection for writes, on which transactions wait for each other (two at once would share one), and another for reads.
 */
export class Database {
  private readonly query: Reader;
  private writeQueue: Promise<unknown> = Promise.resolve();

  /** @param reader a second connection for SQLite; the same pool elsewhere */
  constructor(
    readonly writer: DataSource,
    private readonly reader: DataSource,
  ) {
    this.query = createReader(reader);
  }

  /** Closes the connections. Whoever opened the database does this, when nobody uses it any more. */
  async close(): Promise<void> {
    if (this.reader !== this.writer) await this.reader.destroy();
    await this.writer.destroy();
  }

  get isSqlite(): boolean {
    return this.writer.options.type === 'better-sqlite3';
  }

  /** @throws ServiceUnavailableError when the database does not answer */
  async read<T>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
    try {
      return (await this.query(sql, params)) as T[];
    } catch (error) {
      throw translate(error);
    }
  }

  /**
   * Runs `work` in one transaction: all of it or nothing. It may run several times (after a deadlock, say), so it must do
   * nothing but use the transaction.
   * @throws what `work` throws, after rolling back; ServiceUnavailableError when the database does not answer
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await (this.isSqlite ? this.serialised(() => this.attempt(work)) : this.attempt(work));
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !RETRIABLE.has(errorCode(error))) throw translate(error);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
      }
    }
  }

  private serialised<T>(task: () => Promise<T>): Promise<T> {
    const result = this.writeQueue.then(task);
    this.writeQueue = result.catch(() => undefined);
    return result;
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.writer.createQueryRunner();
    try {
      await runner.startTransaction();
      try {
        const result = await work(new RunnerTransaction(runner, this.isSqlite));
        await runner.commitTransaction();
        return result;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }
}

class RunnerTransaction implements Transaction {
  constructor(
    private readonly runner: QueryRunner,
    private readonly isSqlite: boolean,
  ) {}

  async query<T>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
    return (await this.runner.query(sql, params as SqlValue[])) as T[];
  }

  async execute(sql: string, params: readonly SqlValue[] = []): Promise<WriteResult> {
    const result = await this.runner.query(sql, params as SqlValue[], true);
    const raw = result.raw as { insertId?: number; lastInsertRowid?: number | bigint } | number | undefined;
    const insertId = typeof raw === 'object' ? (raw.insertId ?? raw.lastInsertRowid) : raw;
    return { affected: result.affected ?? 0, insertId: Number(insertId ?? 0) };
  }

  insert(table: string, row: Readonly<Record<string, SqlValue>>): Promise<WriteResult> {
    return this.insertWith('INSERT INTO', table, row);
  }

  insertIfAbsent(table: string, row: Readonly<Record<string, SqlValue>>): Promise<WriteResult> {
    return this.insertWith(this.isSqlite ? 'INSERT OR IGNORE INTO' : 'INSERT IGNORE INTO', table, row);
  }

  async lock<T>(table: string, column: string, value: SqlValue): Promise<T | null> {
    const hold = this.isSqlite ? '' : ' FOR UPDATE';
    const [row] = await this.query<T>(`SELECT * FROM ${table} WHERE ${column} = ?${hold}`, [value]);
    return row ?? null;
  }

  private insertWith(verb: string, table: string, row: Readonly<Record<string, SqlValue>>): Promise<WriteResult> {
    const columns = Object.keys(row);
    // `binary` and the like are reserved words on MySQL; both databases take its backquotes.
    const names = columns.map((column) => `\`${column}\``).join(', ');
    return this.execute(`${verb} ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`, Object.values(row));
  }
}
