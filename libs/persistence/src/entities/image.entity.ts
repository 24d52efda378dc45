import type { ImageStatus, ImageWishKind } from '@zun/domain';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An image on a host: what is wanted, and what the host has made of it. The wanted state is the truth; messages are hints. */
@Entity('image')
@Index('image_project', ['project_id', 'id'])
@Index('image_reference', ['host', 'repo', 'tag', 'scope'], { unique: true })
@Index('image_project_name', ['project_id', 'repo', 'tag'])
@Index('image_pending', ['is_pending', 'host'])
export class ImageRow {
  @PrimaryGeneratedColumn({ type: 'bigint' }) id!: number;
  @Index('image_uuid', { unique: true }) @Column('varchar', { length: 36 }) uuid!: string;
  @Column('varchar', { length: 255 }) project_id!: string;
  @Column('varchar', { length: 255 }) user_id!: string;
  @Column('varchar', { length: 255 }) host!: string;
  /** `[registry/]path`. */
  @Column('varchar', { length: 255 }) repo!: string;
  @Column('varchar', { length: 128 }) tag!: string;
  /** Who has it: `docker` for registries and the host itself. */
  @Column('varchar', { length: 20, default: 'docker' }) driver!: string;
  /**
   * Empty for what a registry has: it is there once, for all. A committed image has its uuid here: its name is its project's alone. One of
   * Glance has that of Glance: any number of them may have the same name.
   */
  @Column('varchar', { length: 36 }) scope!: string;
  /** The engine's, once it is there. */
  @Column('varchar', { length: 255, nullable: true }) image_id!: string | null;
  /** Bytes as text, once it is there. */
  @Column('varchar', { length: 255, nullable: true }) size!: string | null;

  @Column('varchar', { length: 20 }) wanted!: ImageWishKind;
  /** Grows with each wish. */
  @Column('int') revision!: number;
  /** 1 until the host has reported the end of the newest wish. */
  @Column('tinyint') is_pending!: number;
  /** 1 when the engine got it by our pull, and not before: only then may it be removed there. */
  @Column('tinyint') is_ours!: number;
  @Column('varchar', { length: 20 }) status!: ImageStatus;
  /** Why it failed, or how far it is. */
  @Column('text', { nullable: true }) status_reason!: string | null;
  @Column('varchar', { length: 255 }) request_id!: string;
  @Column('varchar', { length: 26, nullable: true }) hinted_at!: string | null;
  @Column('varchar', { length: 26 }) created_at!: string;
  @Column('varchar', { length: 26, nullable: true }) updated_at!: string | null;
}
