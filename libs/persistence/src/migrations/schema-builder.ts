import { Table, TableColumn, TableIndex, type QueryRunner, type TableColumnOptions } from 'typeorm';

type Column = TableColumnOptions;

/** Column makers that give each database its own type: one set of migrations runs on all of them. */
export class SchemaBuilder {
  private readonly isSqlite: boolean;

  constructor(private readonly runner: QueryRunner) {
    this.isSqlite = runner.connection.options.type === 'better-sqlite3';
  }

  /** A generated key. SQLite only generates keys of type `integer`. */
  id(): Column {
    const type = this.isSqlite ? 'integer' : 'bigint';
    return { name: 'id', type, isPrimary: true, isGenerated: true, generationStrategy: 'increment' };
  }

  string(name: string, length: number, options: Partial<Column> = {}): Column {
    return { name, type: 'varchar', length: String(length), ...options };
  }

  /** Text of up to 16 MiB. */
  text(name: string, options: Partial<Column> = {}): Column {
    return { name, type: this.isSqlite ? 'text' : 'mediumtext', ...options };
  }

  int(name: string, options: Partial<Column> = {}): Column {
    return { name, type: this.isSqlite ? 'integer' : 'int', ...options };
  }

  bigint(name: string, options: Partial<Column> = {}): Column {
    return { name, type: 'bigint', ...options };
  }

  double(name: string): Column {
    return { name, type: 'double' };
  }

  /** 0 or 1. */
  flag(name: string): Column {
    return { name, type: 'tinyint', default: 0 };
  }

  /** UTC text, `YYYY-MM-DD HH:MM:SS.ffffff`. */
  time(name: string, options: Partial<Column> = {}): Column {
    return this.string(name, 26, options);
  }

  /** Adds a column to a table; text compares there as in the table's others. */
  async addColumn(table: string, column: (db: this) => Column): Promise<void> {
    await this.runner.addColumn(table, new TableColumn(column(this)));
  }

  /** Creates a table; on MySQL with binary collation, so that names compare alike on every database. */
  async createTable(
    name: string,
    columns: Column[],
    indices: { name: string; columns: string[]; unique?: boolean }[],
  ): Promise<void> {
    await this.runner.createTable(new Table({ name, columns }));
    if (!this.isSqlite) {
      await this.runner.query(`ALTER TABLE \`${name}\` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    }
    for (const { name: index, columns: columnNames, unique } of indices) {
      await this.runner.createIndex(name, new TableIndex({ name: index, columnNames, isUnique: unique ?? false }));
    }
  }
}
