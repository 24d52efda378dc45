import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A volume of a project. It is on one host for good, once a container with it was placed. */
@Entity('volume')
@Index('volume_name', ['project_id', 'name'], { unique: true })
export class VolumeRow {
  @PrimaryColumn('varchar', { length: 36 }) uuid!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  /** Null: a container's own. */
  @Column('varchar', { length: 255, nullable: true }) name!: string | null;
  @Index('volume_host') @Column('varchar', { length: 255, nullable: true }) host!: string | null;
  /** The container that it was made for and goes with. */
  @Index('volume_container') @Column('varchar', { length: 36, nullable: true }) container_uuid!: string | null;
  /** As it was asked for. */
  @Column('int', { nullable: true }) size_gib!: number | null;
  @Column('varchar', { length: 26 }) created_at!: string;
}

/** Something mounted into a container: a volume, or a file with its content in Base64. */
@Entity('container_mount')
@Index('container_mount_container', ['container_uuid', 'id'])
export class ContainerMountRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Column('varchar', { length: 36 }) container_uuid!: string;
  @Column('text') destination!: string;
  @Index('container_mount_volume') @Column('varchar', { length: 36, nullable: true }) volume_uuid!: string | null;
  @Column('text', { nullable: true }) content!: string | null;
}
