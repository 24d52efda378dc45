import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A deleted project that an administrator wants nothing left of. The row stays until that is so. */
@Entity('project_purge')
export class ProjectPurgeRow {
  @PrimaryColumn('varchar', { length: 255 }) project_id!: string;
  /** When it was asked for, the last time; what failed before is tried again at once. */
  @Column('varchar', { length: 26 }) requested_at!: string;
  @Column('varchar', { length: 64 }) request_id!: string;
  /** The administrator. */
  @Column('varchar', { length: 255 }) user_id!: string;
}
