import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Images on hosts, pulled and committed, and which of these a container is made from. */
export class Images1795630000001 implements MigrationInterface {
  readonly name = 'Images1795630000001';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    const nullable = { isNullable: true };
    await db.createTable(
      'image',
      [
        db.id(),
        db.string('uuid', 36),
        db.string('project_id', 255),
        db.string('user_id', 255),
        db.string('host', 255),
        db.string('repo', 255),
        db.string('tag', 128),
        db.string('scope', 36, { default: "''" }),
        db.string('image_id', 255, nullable),
        db.string('size', 255, nullable),
        db.string('wanted', 20),
        db.int('revision'),
        db.flag('is_pending'),
        db.flag('is_ours'),
        db.string('status', 20),
        db.text('status_reason', nullable),
        db.string('request_id', 255),
        db.time('hinted_at', nullable),
        db.time('created_at'),
        db.time('updated_at', nullable),
      ],
      [
        { name: 'image_uuid', columns: ['uuid'], unique: true },
        { name: 'image_project', columns: ['project_id', 'id'] },
        { name: 'image_reference', columns: ['host', 'repo', 'tag', 'scope'], unique: true },
        { name: 'image_project_name', columns: ['project_id', 'repo', 'tag'] },
        { name: 'image_pending', columns: ['is_pending', 'host'] },
      ],
    );
    await db.addColumn('container', () => db.string('committed_image', 36, nullable));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('container', 'committed_image');
    await runner.dropTable('image');
  }
}
