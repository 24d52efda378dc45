import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

const INDICES = [
  new TableIndex({ name: 'container_name_key', columnNames: ['name_key', 'project_id'] }),
  new TableIndex({ name: 'container_unique_name', columnNames: ['unique_name'], isUnique: true }),
];

/** What it takes for names of containers to be unique where an operator wants that. */
export class UniqueNames1795502000000 implements MigrationInterface {
  readonly name = 'UniqueNames1795502000000';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.addColumn('container', () => db.string('name_key', 255, { default: "''" }));
    await db.addColumn('container', () => db.string('unique_name', 512, { isNullable: true }));
    await runner.query('UPDATE container SET name_key = LOWER(name)');
    await runner.createIndices('container', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices('container', INDICES);
    await runner.dropColumns('container', ['name_key', 'unique_name']);
  }
}
