import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Images of Glance: which of them a container is made from, and which are on, or on their way from, a host. */
export class GlanceImages1795720000010 implements MigrationInterface {
  readonly name = 'GlanceImages1795720000010';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.addColumn('container', () => db.string('glance_image', 36, { isNullable: true }));
    await db.addColumn('image', () => db.string('driver', 20, { default: "'docker'" }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('image', 'driver');
    await runner.dropColumn('container', 'glance_image');
  }
}
