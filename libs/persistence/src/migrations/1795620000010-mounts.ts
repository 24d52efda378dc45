import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

const nullable = { isNullable: true };

/** Volumes, and what is mounted where. */
export class Mounts1795620000010 implements MigrationInterface {
  readonly name = 'Mounts1795620000010';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.createTable(
      'volume',
      [
        db.string('uuid', 36, { isPrimary: true }),
        db.string('project_id', 255),
        db.string('name', 255, nullable),
        db.string('host', 255, nullable),
        db.string('container_uuid', 36, nullable),
        db.int('size_gib', nullable),
        db.time('created_at'),
      ],
      [
        { name: 'volume_name', columns: ['project_id', 'name'], unique: true },
        { name: 'volume_host', columns: ['host'] },
        { name: 'volume_container', columns: ['container_uuid'] },
      ],
    );
    await db.createTable(
      'container_mount',
      [
        db.id(),
        db.string('container_uuid', 36),
        db.text('destination'),
        db.string('volume_uuid', 36, nullable),
        db.text('content', nullable),
      ],
      [
        { name: 'container_mount_container', columns: ['container_uuid', 'id'] },
        { name: 'container_mount_volume', columns: ['volume_uuid'] },
      ],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['container_mount', 'volume']) await runner.dropTable(table);
  }
}
