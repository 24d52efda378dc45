import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A host's resources as it reported them, and what is claimed of them. Cpu claims are in millionths of a core: sums stay exact. */
@Entity('compute_node')
export class ComputeNodeRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Index('compute_node_uuid', { unique: true }) @Column('varchar', { length: 36 }) uuid!: string;
  @Index('compute_node_hostname', { unique: true }) @Column('varchar', { length: 255 }) hostname!: string;
  @Column('int') cpus!: number;
  @Column('int') mem_total_mib!: number;
  @Column('int') mem_available_mib!: number;
  @Column('int') disk_total_gib!: number;
  @Column('tinyint') disk_quota_supported!: number;
  @Column('int') total_containers!: number;
  @Column('varchar', { length: 32 }) architecture!: string;
  @Column('varchar', { length: 32 }) os_type!: string;
  @Column('varchar', { length: 255 }) os!: string;
  @Column('varchar', { length: 128 }) kernel_version!: string;
  @Column('text') labels!: string;
  @Column('text') runtimes!: string;
  @Column('tinyint') enable_cpu_pinning!: number;
  /** JSON of a `CpuTopology`; null where no processors are dedicated. */
  @Column('text', { nullable: true }) cpu_topology!: string | null;
  /** 0 while the container engine does not answer. */
  @Column('tinyint') engine_up!: number;
  @Column('bigint') limit_cpu_micro!: number;
  @Column('bigint') limit_memory_mib!: number;
  @Column('bigint') limit_disk_gib!: number;
  @Column('bigint') claimed_cpu_micro!: number;
  @Column('bigint') claimed_memory_mib!: number;
  @Column('bigint') claimed_disk_gib!: number;
  @Column('varchar', { length: 26 }) created_at!: string;
  @Column('varchar', { length: 26, nullable: true }) updated_at!: string | null;
}

/** What one container claims on its host. Exists exactly while the container has a host. */
@Entity('allocation')
@Index('allocation_hostname', ['hostname'])
export class AllocationRow {
  @PrimaryColumn('varchar', { length: 36 }) container_uuid!: string;
  @Column('varchar', { length: 255 }) hostname!: string;
  @Column('bigint') cpu_micro!: number;
  @Column('bigint') memory_mib!: number;
  @Column('bigint') disk_gib!: number;
  /** Where it may run (JSON of a `Cpuset`); null: anywhere. */
  @Column('text', { nullable: true }) cpuset!: string | null;
}

/** A processor that one container has for itself. */
@Entity('pinned_cpu')
export class PinnedCpuRow {
  @PrimaryColumn('varchar', { length: 255 }) hostname!: string;
  @PrimaryColumn('int') cpu!: number;
  @Column('int') node!: number;
  @Index('pinned_cpu_container') @Column('varchar', { length: 36 }) container_uuid!: string;
}

/** The heartbeat of an agent. */
@Entity('zun_service')
@Index('zun_service_host_binary', ['host', 'binary'], { unique: true })
export class ZunServiceRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Column('varchar', { length: 255 }) host!: string;
  @Column('varchar', { length: 255 }) binary!: string;
  @Column('tinyint') disabled!: number;
  @Column('varchar', { length: 255, nullable: true }) disabled_reason!: string | null;
  @Column('tinyint') forced_down!: number;
  @Column('varchar', { length: 26, nullable: true }) last_seen_up!: string | null;
  @Column('bigint') report_count!: number;
  @Column('varchar', { length: 255, nullable: true }) availability_zone!: string | null;
  @Column('varchar', { length: 26 }) created_at!: string;
  @Column('varchar', { length: 26, nullable: true }) updated_at!: string | null;
}

/** What a project uses; changed only in the transaction that changes its containers. */
@Entity('project_usage')
export class ProjectUsageRow {
  @PrimaryColumn('varchar', { length: 255 }) project_id!: string;
  @Column('bigint') containers!: number;
  @Column('bigint') cpu_micro!: number;
  @Column('bigint') memory_mib!: number;
  @Column('bigint') disk_gib!: number;
}
