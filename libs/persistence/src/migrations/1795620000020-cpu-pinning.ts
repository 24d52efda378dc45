import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Which processors hosts dedicate, and to whom. */
export class CpuPinning1795620000020 implements MigrationInterface {
  readonly name = 'CpuPinning1795620000020';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.addColumn('compute_node', () => db.text('cpu_topology', { isNullable: true }));
    await db.addColumn('allocation', () => db.text('cpuset', { isNullable: true }));
    await db.createTable(
      'pinned_cpu',
      [
        db.string('hostname', 255, { isPrimary: true }),
        db.int('cpu', { isPrimary: true }),
        db.int('node'),
        db.string('container_uuid', 36),
      ],
      [{ name: 'pinned_cpu_container', columns: ['container_uuid'] }],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('pinned_cpu');
    await runner.dropColumn('allocation', 'cpuset');
    await runner.dropColumn('compute_node', 'cpu_topology');
  }
}
