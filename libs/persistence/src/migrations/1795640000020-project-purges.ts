import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Deleted projects that administrators want nothing left of. */
export class ProjectPurges1795640000020 implements MigrationInterface {
  readonly name = 'ProjectPurges1795640000020';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.createTable(
      'project_purge',
      [
        db.string('project_id', 255, { isPrimary: true }),
        db.time('requested_at'),
        db.string('request_id', 64),
        db.string('user_id', 255),
      ],
      [],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('project_purge');
  }
}
