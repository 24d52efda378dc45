import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A network that containers of its project may be on. Each host makes it when its first container is to be on it. */
@Entity('network')
@Index('network_name', ['project_id', 'name'])
export class NetworkRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Index('network_uuid', { unique: true }) @Column('varchar', { length: 36 }) uuid!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  @Column('varchar', { length: 255 }) user_id!: string;
  @Column('varchar', { length: 255, nullable: true }) name!: string | null;
  /** The id that tenants and addresses know it by; given by whoever made it. */
  @Index('network_neutron_net_id', { unique: true }) @Column('varchar', { length: 255 }) neutron_net_id!: string;
  @Column('varchar', { length: 26 }) created_at!: string;
}
