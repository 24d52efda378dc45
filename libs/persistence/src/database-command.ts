import { createDataSource, type DatabaseLocation } from './data-source.js';
import { expectedSchemaVersion, schemaVersion, upgradeSchema } from './schema.js';

/** What an operator may ask of the database on a service's command line. */
export type DatabaseCommand = 'upgrade' | 'version';

const FLAGS: Readonly<Record<string, DatabaseCommand>> = { '--db-upgrade': 'upgrade', '--db-version': 'version' };

/** Takes `--db-upgrade` or `--db-version` out of the arguments. */
export function takeDatabaseCommand(argv: readonly string[]): { command: DatabaseCommand | null; argv: string[] } {
  const flag = argv.find((argument) => argument in FLAGS);
  return { command: flag === undefined ? null : FLAGS[flag]!, argv: argv.filter((argument) => !(argument in FLAGS)) };
}

/** Does the command. @returns a sentence for the operator */
export async function runDatabaseCommand(command: DatabaseCommand, location: DatabaseLocation): Promise<string> {
  const dataSource = await createDataSource(location).initialize();
  try {
    if (command === 'version') {
      const found = (await schemaVersion(dataSource)) ?? 'an empty database';
      return `schema: ${found}; this version works with ${expectedSchemaVersion()}`;
    }
    const done = await upgradeSchema(dataSource);
    return done.length === 0 ? `nothing to do: the schema is ${expectedSchemaVersion()}` : `upgraded: ${done.join(', ')}`;
  } finally {
    await dataSource.destroy();
  }
}
