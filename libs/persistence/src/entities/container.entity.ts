import type { ContainerStatus, TaskState } from '@zun/domain';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/**
 * A container as a row. Properties are named as the columns; JSON columns hold text, flags 0 or 1, times the fixed-width UTC
 * text of `@zun/domain`'s `UtcTime`. What a tenant wished and what was observed never share a column, but for the status itself.
 */
@Entity('container')
@Index('container_project', ['project_id', 'id'])
@Index('container_host', ['host', 'id'])
@Index('container_name_key', ['name_key', 'project_id'])
export class ContainerRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Index('container_uuid', { unique: true }) @Column('varchar', { length: 36 }) uuid!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  @Column('varchar', { length: 255 }) user_id!: string;
  @Index('container_name') @Column('varchar', { length: 255 }) name!: string;
  /** The name in lower case. */
  @Column('varchar', { length: 255 }) name_key!: string;
  /** Set where names must be unique: then no other container has it. */
  @Index('container_unique_name', { unique: true })
  @Column('varchar', { length: 512, nullable: true })
  unique_name!: string | null;
  @Column('varchar', { length: 255 }) image!: string;
  @Column('varchar', { length: 255 }) image_driver!: string;
  @Column('varchar', { length: 255, nullable: true }) image_pull_policy!: string | null;
  /** Uuid of the project's own image that `image` names. */
  @Column('varchar', { length: 36, nullable: true }) committed_image!: string | null;
  /** Uuid in Glance of the image that `image` names. */
  @Column('varchar', { length: 36, nullable: true }) glance_image!: string | null;
  /** What it runs: the wish until it exists, then as the engine tells it. */
  @Column('text', { nullable: true }) command!: string | null;
  @Column('text', { nullable: true }) entrypoint!: string | null;
  /** What the tenant asked for; null: the image's own, whichever image that is. */
  @Column('text', { nullable: true }) requested_command!: string | null;
  @Column('text', { nullable: true }) requested_entrypoint!: string | null;
  @Column('text', { nullable: true }) environment!: string | null;
  @Column('text', { nullable: true }) labels!: string | null;
  @Column('text', { nullable: true }) workdir!: string | null;
  @Column('varchar', { length: 255, nullable: true }) hostname!: string | null;
  /** Cores. */
  @Column('double') cpu!: number;
  @Column('varchar', { length: 255 }) cpu_policy!: 'shared' | 'dedicated';
  @Column('int') memory_mib!: number;
  @Column('int') disk_gib!: number;
  @Column('tinyint') interactive!: number;
  @Column('tinyint') tty!: number;
  @Column('tinyint') auto_remove!: number;
  @Column('tinyint') auto_heal!: number;
  @Column('tinyint') privileged!: number;
  @Column('varchar', { length: 255, nullable: true }) runtime!: string | null;
  @Column('text', { nullable: true }) restart_policy!: string | null;
  @Column('text', { nullable: true }) healthcheck!: string | null;
  @Column('text', { nullable: true }) exposed_ports!: string | null;
  @Column('text', { nullable: true }) requested_networks!: string | null;
  @Column('text', { nullable: true }) security_groups!: string | null;
  @Column('varchar', { length: 36, nullable: true }) registry_id!: string | null;
  /** Zone, host and hints asked for: kept so that placing can be done again after a crash. */
  @Column('text', { nullable: true }) placement_request!: string | null;

  @Column('varchar', { length: 255, nullable: true }) host!: string | null;
  @Column('varchar', { length: 20 }) status!: ContainerStatus;
  @Column('text', { nullable: true }) status_reason!: string | null;
  @Column('varchar', { length: 255, nullable: true }) status_detail!: string | null;
  @Column('varchar', { length: 32, nullable: true }) task_state!: TaskState | null;
  @Column('text', { nullable: true }) addresses!: string | null;
  @Column('text', { nullable: true }) ports!: string | null;
  /** ISO 8601 as the engine tells it. */
  @Column('varchar', { length: 40, nullable: true }) started_at!: string | null;
  /** The newest observation that was written; older ones are ignored. */
  @Column('bigint') observed_version!: number;
  /** The newest observation that came while an action was under way (JSON): it counts when the action has ended. */
  @Column('text', { nullable: true }) held_observation!: string | null;

  @Column('varchar', { length: 26 }) created_at!: string;
  @Column('varchar', { length: 26, nullable: true }) updated_at!: string | null;
}
