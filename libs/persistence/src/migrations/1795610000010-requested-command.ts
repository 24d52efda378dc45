import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/**
 * What a tenant wants a container to run, apart from what it was seen to run. Of the containers that there are nobody can tell the two
 * apart any more: they are taken to want what they run.
 */
export class RequestedCommand1795610000010 implements MigrationInterface {
  readonly name = 'RequestedCommand1795610000010';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.addColumn('container', () => db.text('requested_command', { isNullable: true }));
    await db.addColumn('container', () => db.text('requested_entrypoint', { isNullable: true }));
    await runner.query('UPDATE container SET requested_command = command, requested_entrypoint = entrypoint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('container', ['requested_command', 'requested_entrypoint']);
  }
}
