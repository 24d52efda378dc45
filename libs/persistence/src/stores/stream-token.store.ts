import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { Database } from '../database.js';
import type { ContainerRow, StreamTokenRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';

/** What a token opens. */
export interface StreamGrant {
  readonly containerUuid: string;
  readonly projectId: string;
  /** Null: the container's own process. */
  readonly execId: string | null;
}

/** What somebody who has a token claims that it opens. */
export interface StreamClaim {
  readonly token: string;
  readonly containerUuid: string;
  readonly execId: string | null;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Tokens that open streams: given out by one copy of the API, and good once, for a short time, at any. */
@Injectable()
export class StreamTokenStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param ttlMs how long it is good @returns the token, which is kept nowhere */
  async issue({ uuid, project_id }: ContainerRow, execId: string | null, ttlMs: number): Promise<string> {
    const token = randomUUID();
    const now = this.clock.now();
    const row = {
      token_hash: hashOf(token),
      container_uuid: uuid,
      project_id,
      exec_id: execId,
      expires_at: toUtcTime(now + ttlMs),
    };
    await this.db.transaction(async (tx) => {
      await tx.insert('stream_token', row);
      // Those that nobody came with.
      await tx.execute('DELETE FROM stream_token WHERE expires_at < ?', [toUtcTime(now)]);
    });
    return token;
  }

  /**
   * Uses a token up: of many who come with it at once, one gets through. Who names another container or command with it has used it up, too.
   * @returns null for one that is made up, used, late, or for something else
   */
  async redeem({ token, containerUuid, execId }: StreamClaim): Promise<StreamGrant | null> {
    return this.db.transaction(async (tx) => {
      const row = await tx.lock<StreamTokenRow>('stream_token', 'token_hash', hashOf(token));
      if (!row) return null;
      const { affected } = await tx.execute('DELETE FROM stream_token WHERE id = ?', [row.id]);
      const isMeant = row.container_uuid === containerUuid && row.exec_id === execId;
      if (affected !== 1 || !isMeant || row.expires_at < toUtcTime(this.clock.now())) return null;
      return { containerUuid, projectId: row.project_id, execId };
    });
  }
}
