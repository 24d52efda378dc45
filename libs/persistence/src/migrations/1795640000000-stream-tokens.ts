import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SchemaBuilder } from './schema-builder.js';

/** Tokens that open streams into containers. */
export class StreamTokens1795640000000 implements MigrationInterface {
  readonly name = 'StreamTokens1795640000000';

  async up(runner: QueryRunner): Promise<void> {
    const db = new SchemaBuilder(runner);
    await db.createTable(
      'stream_token',
      [
        db.id(),
        db.string('token_hash', 64),
        db.string('container_uuid', 36),
        db.string('project_id', 255),
        db.string('exec_id', 64, { isNullable: true }),
        db.time('expires_at'),
      ],
      [
        { name: 'stream_token_hash', columns: ['token_hash'], unique: true },
        { name: 'stream_token_expiry', columns: ['expires_at'] },
      ],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('stream_token');
  }
}
