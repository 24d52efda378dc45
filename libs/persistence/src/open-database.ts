import { createDataSource, type DatabaseLocation } from './data-source.js';
import { Database } from './database.js';
import { checkSchema, upgradeSchema } from './schema.js';

export interface OpenDatabaseOptions {
  /** Bring the schema to this version first. Default false: another schema is an error. */
  readonly upgrade?: boolean;
  /** Connections kept (not SQLite). Default 10. */
  readonly poolSize?: number;
}

/** @throws SchemaVersionError when the schema is not this version's; the driver's error when the database does not answer */
export async function openDatabase(location: DatabaseLocation, options: OpenDatabaseOptions = {}): Promise<Database> {
  const writer = await createDataSource(location, options.poolSize).initialize();
  try {
    if (options.upgrade) await upgradeSchema(writer);
    await checkSchema(writer);
    const reader = location.kind === 'sqlite' ? await createDataSource(location).initialize() : writer;
    return new Database(writer, reader);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
}
