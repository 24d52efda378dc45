import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Networks of projects. Containers name theirs from now on, also the one that nobody had to ask for. */
export class Networks1795610000020 implements MigrationInterface {
  readonly name = 'Networks1795610000020';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.createTable(
      'network',
      [
        db.id(),
        db.string('uuid', 36),
        db.string('project_id', 255),
        db.string('user_id', 255),
        db.string('name', 255, { isNullable: true }),
        db.string('neutron_net_id', 255),
        db.time('created_at'),
      ],
      [
        { name: 'network_uuid', columns: ['uuid'], unique: true },
        { name: 'network_neutron_net_id', columns: ['neutron_net_id'], unique: true },
        { name: 'network_name', columns: ['project_id', 'name'] },
      ],
    );
    await nameDefaultNetworks(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('network');
  }
}

async function nameDefaultNetworks(runner: QueryRunner): Promise<void> {
  const isDefault = "(requested_networks IS NULL OR requested_networks = '[]')";
  const projects = (await runner.query(`SELECT DISTINCT project_id AS id FROM container WHERE ${isDefault}`)) as { id: string }[];
  for (const { id } of projects) {
    const networks = JSON.stringify([{ network: `zun-${id}` }]);
    await runner.query(`UPDATE container SET requested_networks = ? WHERE project_id = ? AND ${isDefault}`, [networks, id]);
  }
}
