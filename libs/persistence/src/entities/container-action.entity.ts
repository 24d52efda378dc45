import type { LoggedAction } from '@zun/domain';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The action log: an accepted request. Unfinished rows are the work there is; messages are only hints about them. */
@Entity('container_action')
@Index('container_action_container', ['container_uuid', 'id'])
@Index('container_action_unfinished', ['finish_time', 'id'])
export class ContainerActionRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Column('varchar', { length: 36 }) container_uuid!: string;
  @Column('varchar', { length: 32 }) action!: LoggedAction;
  @Column('varchar', { length: 64 }) request_id!: string;
  @Column('varchar', { length: 255 }) user_id!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  @Column('varchar', { length: 26 }) start_time!: string;
  @Column('varchar', { length: 26, nullable: true }) finish_time!: string | null;
  @Column('varchar', { length: 255, nullable: true }) message!: string | null;
  @Column('text', { nullable: true }) params!: string | null;
  /** When the container had last been started as the action was accepted (ISO 8601). */
  @Column('varchar', { length: 40, nullable: true }) baseline_started_at!: string | null;
  /** When somebody was last told about it; hints are repeated after a while. */
  @Column('varchar', { length: 26, nullable: true }) hinted_at!: string | null;
}

@Entity('container_action_event')
@Index('container_action_event_action', ['action_id', 'id'])
export class ContainerActionEventRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Column('bigint') action_id!: number;
  @Column('varchar', { length: 255 }) event!: string;
  @Column('varchar', { length: 26 }) start_time!: string;
  @Column('varchar', { length: 26, nullable: true }) finish_time!: string | null;
  @Column('varchar', { length: 16, nullable: true }) result!: 'Success' | 'Error' | null;
  @Column('text', { nullable: true }) traceback!: string | null;
}
