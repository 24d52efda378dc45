import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

const nullable = { isNullable: true };

/** What has happened to containers, for those who watch. */
export class ContainerEvents1795650000010 implements MigrationInterface {
  readonly name = 'ContainerEvents1795650000010';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.createTable(
      'container_event',
      [
        db.id(),
        db.bigint('seq', nullable),
        db.time('sequenced_at', nullable),
        db.string('event', 8),
        db.string('uuid', 36),
        db.string('project_id', 255),
        db.string('user_id', 255),
        db.string('name', 255),
        db.string('status', 20),
        db.text('status_reason', nullable),
        db.string('status_detail', 255, nullable),
        db.string('task_state', 32, nullable),
        db.string('host', 255, nullable),
        db.time('updated_at', nullable),
      ],
      [{ name: 'container_event_seq', columns: ['seq'], unique: true }],
    );
    await db.createTable(
      'event_clock',
      [db.string('name', 16, { isPrimary: true }), db.string('epoch', 8), db.bigint('last_seq'), db.bigint('pruned_seq')],
      [],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('event_clock');
    await runner.dropTable('container_event');
  }
}
