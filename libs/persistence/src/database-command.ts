import { createDataSource, type DatabaseLocation } from './data-source.js';
import { Database } from './database.js';
import { expectedSchemaVersion, schemaVersion, upgradeSchema } from './schema.js';
import { VolumeStore } from './stores/volume.store.js';

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

/** @returns a line for each volume, after one with what the columns are */
async function volumes(location: DatabaseLocation): Promise<string> {
  return withStore(location, async (store) => {
    const lines = (await store.list()).map(({ uuid, project_id: project, name, host, containers }) =>
      [uuid, project, name ?? '-', host ?? '-', containers].join('\t'),
    );
    return ['uuid\tproject\tname\thost\tcontainers', ...lines].join('\n');
  });
}

/** Forgets every named volume that no container has; their hosts then remove them. @returns a sentence for the operator */
async function forgetUnusedVolumes(location: DatabaseLocation): Promise<string> {
  return withStore(location, async (store) => {
    const unused = (await store.list()).filter(({ containers }) => containers === 0);
    for (const { uuid } of unused) await store.forget(uuid);
    return `forgotten: ${unused.length} volumes; their hosts remove them within minutes`;
  });
}

async function withStore<T>(location: DatabaseLocation, work: (store: VolumeStore) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource(location).initialize();
  try {
    return await work(new VolumeStore(new Database(dataSource, dataSource)));
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
  '--volumes': {
    help: 'list the volumes of all projects, and end',
    run: ({ database }: HasDatabase): Promise<string> => volumes(database.connection),
  },
  '--forget-unused-volumes': {
    help: 'delete the volumes that no container has, with what is in them, and end',
    run: ({ database }: HasDatabase): Promise<string> => forgetUnusedVolumes(database.connection),
  },
};
