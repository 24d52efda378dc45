import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The limits that somebody has set; null: not set, −1: unlimited. */
abstract class Limits {
  @Column('bigint', { nullable: true }) containers!: number | null;
  /** Whole cores. */
  @Column('bigint', { nullable: true }) cpu!: number | null;
  @Column('bigint', { nullable: true }) memory_mib!: number | null;
  @Column('bigint', { nullable: true }) disk_gib!: number | null;
}

/** Limits of one project. */
@Entity('quota')
export class QuotaRow extends Limits {
  @PrimaryColumn('varchar', { length: 255 }) project_id!: string;
}

/** Limits of a class of projects. Every project is of the class `default`. */
@Entity('quota_class')
export class QuotaClassRow extends Limits {
  @PrimaryColumn('varchar', { length: 255 }) class_name!: string;
}
