import { createDataSource, type DatabaseLocation } from './data-source.js';
import { expectedSchemaVersion, schemaVersion, upgradeSchema } from './schema.js';

/** Brings the schema to this version. @returns a sentence for the operator */
async function upgrade(location: DatabaseLocation): Promise<string> {
  const dataSource = await createDataSource(location).initialize();
  try {
    const done = await upgradeSchema(dataSource);
    return done.length === 0 ? `nothing to do: the schema is ${expectedSchemaVersion()}` : `upgraded: ${done.join(', ')}`;
  } finally {
    await dataSource.destroy();
  }
}

/** @returns which schema the database has, and which this version works with */
async function version(location: DatabaseLocation): Promise<string> {
  const dataSource = await createDataSource(location).initialize();
  try {
    const found = (await schemaVersion(dataSource)) ?? 'an empty database';
    return `schema: ${found}; this version works with ${expectedSchemaVersion()}`;
  } finally {
    await dataSource.destroy();
  }
}

interface HasDatabase {
  readonly database: { readonly connection: DatabaseLocation };
}

/** What an operator may ask of the database on the command line of a service that has one; by flag. */
export const DATABASE_COMMANDS = {
  '--db-upgrade': {
    help: 'bring the schema of the database to this version, and end',
    run: ({ database }: HasDatabase): Promise<string> => upgrade(database.connection),
  },
  '--db-version': {
    help: 'show the version of the schema of the database, and end',
    run: ({ database }: HasDatabase): Promise<string> => version(database.connection),
  },
};
