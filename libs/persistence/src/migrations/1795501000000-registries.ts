import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Registries of tenants, and a way from one to the containers that use it. */
export class Registries1795501000000 implements MigrationInterface {
  readonly name = 'Registries1795501000000';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    const nullable = { isNullable: true };
    await db.createTable(
      'registry',
      [
        db.id(),
        db.string('uuid', 36),
        db.string('project_id', 255),
        db.string('user_id', 255),
        db.string('name', 255, nullable),
        db.string('domain', 255),
        db.string('username', 255, nullable),
        db.text('sealed_password', nullable),
        db.time('created_at'),
        db.time('updated_at', nullable),
      ],
      [
        { name: 'registry_uuid', columns: ['uuid'], unique: true },
        { name: 'registry_project', columns: ['project_id', 'id'] },
        { name: 'registry_name', columns: ['name'] },
      ],
    );
    await runner.createIndex('container', new TableIndex({ name: 'container_registry', columnNames: ['registry_id'] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('container', 'container_registry');
    await runner.dropTable('registry');
  }
}
