import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

const nullable = { isNullable: true };

/** Containers, their action log, hosts, claims, services, usage. */
export class Initial1795478400000 implements MigrationInterface {
  readonly name = 'Initial1795478400000';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await this.createContainers(db);
    await this.createActions(db);
    await this.createHosts(db);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'project_usage',
      'zun_service',
      'allocation',
      'compute_node',
      'container_action_event',
      'container_action',
      'container',
    ]) {
      await runner.dropTable(table);
    }
  }

  private async createContainers(db: SchemaBuilder): Promise<void> {
    await db.createTable(
      'container',
      [
        db.id(),
        db.string('uuid', 36),
        db.string('project_id', 255),
        db.string('user_id', 255),
        db.string('name', 255),
        db.string('image', 255),
        db.string('image_driver', 255),
        db.string('image_pull_policy', 255, nullable),
        db.text('command', nullable),
        db.text('entrypoint', nullable),
        db.text('environment', nullable),
        db.text('labels', nullable),
        db.text('workdir', nullable),
        db.string('hostname', 255, nullable),
        db.double('cpu'),
        db.string('cpu_policy', 255),
        db.int('memory_mib'),
        db.int('disk_gib'),
        db.flag('interactive'),
        db.flag('tty'),
        db.flag('auto_remove'),
        db.flag('auto_heal'),
        db.flag('privileged'),
        db.string('runtime', 255, nullable),
        db.text('restart_policy', nullable),
        db.text('healthcheck', nullable),
        db.text('exposed_ports', nullable),
        db.text('requested_networks', nullable),
        db.text('security_groups', nullable),
        db.string('registry_id', 36, nullable),
        db.text('placement_request', nullable),
        db.string('host', 255, nullable),
        db.string('status', 20),
        db.text('status_reason', nullable),
        db.string('status_detail', 255, nullable),
        db.string('task_state', 32, nullable),
        db.text('addresses', nullable),
        db.text('ports', nullable),
        db.string('started_at', 40, nullable),
        db.bigint('observed_version', { default: 0 }),
        db.time('created_at'),
        db.time('updated_at', nullable),
      ],
      [
        { name: 'container_uuid', columns: ['uuid'], unique: true },
        { name: 'container_project', columns: ['project_id', 'id'] },
        { name: 'container_name', columns: ['name'] },
        { name: 'container_host', columns: ['host', 'id'] },
      ],
    );
  }

  private async createActions(db: SchemaBuilder): Promise<void> {
    await db.createTable(
      'container_action',
      [
        db.id(),
        db.string('container_uuid', 36),
        db.string('action', 32),
        db.string('request_id', 64),
        db.string('user_id', 255),
        db.string('project_id', 255),
        db.time('start_time'),
        db.time('finish_time', nullable),
        db.string('message', 255, nullable),
        db.text('params', nullable),
        db.string('baseline_started_at', 40, nullable),
        db.time('hinted_at', nullable),
      ],
      [
        { name: 'container_action_container', columns: ['container_uuid', 'id'] },
        { name: 'container_action_unfinished', columns: ['finish_time', 'id'] },
      ],
    );
    await db.createTable(
      'container_action_event',
      [
        db.id(),
        db.bigint('action_id'),
        db.string('event', 255),
        db.time('start_time'),
        db.time('finish_time', nullable),
        db.string('result', 16, nullable),
        db.text('traceback', nullable),
      ],
      [{ name: 'container_action_event_action', columns: ['action_id', 'id'] }],
    );
  }

  private async createHosts(db: SchemaBuilder): Promise<void> {
    await db.createTable(
      'compute_node',
      [
        db.id(),
        db.string('uuid', 36),
        db.string('hostname', 255),
        db.int('cpus'),
        db.int('mem_total_mib'),
        db.int('mem_available_mib'),
        db.int('disk_total_gib'),
        db.flag('disk_quota_supported'),
        db.int('total_containers'),
        db.string('architecture', 32),
        db.string('os_type', 32),
        db.string('os', 255),
        db.string('kernel_version', 128),
        db.text('labels'),
        db.text('runtimes'),
        db.flag('enable_cpu_pinning'),
        db.flag('engine_up'),
        db.bigint('limit_cpu_micro'),
        db.bigint('limit_memory_mib'),
        db.bigint('limit_disk_gib'),
        db.bigint('claimed_cpu_micro', { default: 0 }),
        db.bigint('claimed_memory_mib', { default: 0 }),
        db.bigint('claimed_disk_gib', { default: 0 }),
        db.time('created_at'),
        db.time('updated_at', nullable),
      ],
      [
        { name: 'compute_node_uuid', columns: ['uuid'], unique: true },
        { name: 'compute_node_hostname', columns: ['hostname'], unique: true },
      ],
    );
    await db.createTable(
      'allocation',
      [
        db.string('container_uuid', 36, { isPrimary: true }),
        db.string('hostname', 255),
        db.bigint('cpu_micro'),
        db.bigint('memory_mib'),
        db.bigint('disk_gib'),
      ],
      [{ name: 'allocation_hostname', columns: ['hostname'] }],
    );
    await db.createTable(
      'zun_service',
      [
        db.id(),
        db.string('host', 255),
        db.string('binary', 255),
        db.flag('disabled'),
        db.string('disabled_reason', 255, nullable),
        db.flag('forced_down'),
        db.time('last_seen_up', nullable),
        db.bigint('report_count', { default: 0 }),
        db.string('availability_zone', 255, nullable),
        db.time('created_at'),
        db.time('updated_at', nullable),
      ],
      [{ name: 'zun_service_host_binary', columns: ['host', 'binary'], unique: true }],
    );
    await db.createTable(
      'project_usage',
      [
        db.string('project_id', 255, { isPrimary: true }),
        db.bigint('containers', { default: 0 }),
        db.bigint('cpu_micro', { default: 0 }),
        db.bigint('memory_mib', { default: 0 }),
        db.bigint('disk_gib', { default: 0 }),
      ],
      [],
    );
  }
}
