import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Opens one stream into one container, once. Only what proves the token is kept. */
@Entity('stream_token')
export class StreamTokenRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  /** SHA-256 in hexadecimal digits. */
  @Index('stream_token_hash', { unique: true }) @Column('varchar', { length: 64 }) token_hash!: string;
  @Column('varchar', { length: 36 }) container_uuid!: string;
  /** The container's. */
  @Column('varchar', { length: 255 }) project_id!: string;
  /** The command it joins; null: the container's own process. */
  @Column('varchar', { length: 64, nullable: true }) exec_id!: string | null;
  @Index('stream_token_expiry') @Column('varchar', { length: 26 }) expires_at!: string;
}
