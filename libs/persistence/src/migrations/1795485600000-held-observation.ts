import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** What a host saw of a container while an action was under way. */
export class HeldObservation1795485600000 implements MigrationInterface {
  readonly name = 'HeldObservation1795485600000';

  async up(runner: QueryRunner): Promise<void> {
    await new SchemaBuilder(runner).addColumn('container', (db) => db.text('held_observation', { isNullable: true }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('container', 'held_observation');
  }
}
