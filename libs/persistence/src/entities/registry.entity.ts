import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A registry that a tenant pulls images from. */
@Entity('registry')
@Index('registry_project', ['project_id', 'id'])
export class RegistryRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Index('registry_uuid', { unique: true }) @Column('varchar', { length: 36 }) uuid!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  @Column('varchar', { length: 255 }) user_id!: string;
  @Index('registry_name') @Column('varchar', { length: 255, nullable: true }) name!: string | null;
  /** `host[:port]`. */
  @Column('varchar', { length: 255 }) domain!: string;
  @Column('varchar', { length: 255, nullable: true }) username!: string | null;
  /** See `SecretBox`; the owner is the uuid. */
  @Column('text', { nullable: true }) sealed_password!: string | null;
  @Column('varchar', { length: 26 }) created_at!: string;
  @Column('varchar', { length: 26, nullable: true }) updated_at!: string | null;
}
