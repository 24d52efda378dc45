import type { ContainerStatus, TaskState } from '@zun/domain';
import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** What has happened to a container, and how it was then: written with the change, in its transaction. */
@Entity('container_event')
export class ContainerEventRow {
  /** In the order of writing, which is not that in which transactions end. */
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  /** In the order in which events could be seen; null: nobody has looked yet. */
  @Index('container_event_seq', { unique: true }) @Column('bigint', { nullable: true }) seq!: number | null;
  @Column('varchar', { length: 26, nullable: true }) sequenced_at!: string | null;
  @Column('varchar', { length: 8 }) event!: 'created' | 'changed' | 'deleted';
  @Column('varchar', { length: 36 }) uuid!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  @Column('varchar', { length: 255 }) user_id!: string;
  @Column('varchar', { length: 255 }) name!: string;
  @Column('varchar', { length: 20 }) status!: ContainerStatus;
  @Column('text', { nullable: true }) status_reason!: string | null;
  @Column('varchar', { length: 255, nullable: true }) status_detail!: string | null;
  @Column('varchar', { length: 32, nullable: true }) task_state!: TaskState | null;
  @Column('varchar', { length: 255, nullable: true }) host!: string | null;
  @Column('varchar', { length: 26, nullable: true }) updated_at!: string | null;
}

/** How far the events are numbered, and how far they are forgotten. One row. */
@Entity('event_clock')
export class EventClockRow {
  @PrimaryColumn('varchar', { length: 16 }) name!: string;
  /** Made up with the database: numbers of another one mean nothing here. */
  @Column('varchar', { length: 8 }) epoch!: string;
  @Column('bigint') last_seq!: number;
  @Column('bigint') pruned_seq!: number;
}
