import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  committedReference,
  glanceReference,
  ImageAlreadyExistsError,
  ImageNotFoundError,
  toUtcTime,
  type Clock,
  type ImageWish,
  type RequestContext,
} from '@zun/domain';
import { Database, isDuplicate, type SqlValue, type Transaction } from '../database.js';
import type { ImageRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';
import { readPage, scopeCondition, where, type ListQuery, type TenantScope } from './listing.js';
import { marks } from './pending-work.js';

/** An image that is to be pulled to a host. */
export interface WantedImage {
  /** `[registry/]path`. */
  readonly repo: string;
  readonly tag: string;
  readonly host: string;
  /** Its uuid in Glance, when that has it and no registry. */
  readonly glanceImage?: string;
}

/** How a wish ended on its host. */
export interface ImageOutcome {
  readonly host: string;
  readonly uuid: string;
  readonly revision: number;
  /** Null on success, else the sentence for the administrator. */
  readonly failure: string | null;
  /** What the engine has under the reference; null: nothing, or unknown. */
  readonly imageId: string | null;
  readonly sizeBytes: number | null;
  /** The engine had the reference before the pull began. */
  readonly wasThere: boolean;
}

/** Which wishes without an end are wanted. */
export interface PendingImages {
  readonly hosts: readonly string[];
  /** Nobody was told about it since (UTC); empty: nobody ever was. */
  readonly hintedBefore?: string;
  readonly limit: number;
}

/** What a host needs to carry the newest wish about an image out. */
export function toImageWish(row: ImageRow): ImageWish {
  const { uuid, revision, wanted, scope, is_ours, request_id } = row;
  const glanceImage = row.driver === 'glance' ? scope : null;
  return { uuid, revision, kind: wanted, reference: referenceOf(row), glanceImage, isOurs: is_ours === 1, requestId: request_id };
}

function referenceOf({ uuid, repo, tag, scope }: ImageRow): string {
  if (scope === '') return `${repo}:${tag}`;
  return scope === uuid ? committedReference(uuid) : glanceReference(scope);
}

/**
 * Images on hosts. Like a row of the action log, a row that is pending is the work there is: it is accepted in one transaction, handed
 * out until its host has reported the end, and settled once.
 */
@Injectable()
export class ImageStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Accepts a pull. One that failed before is tried again, under the uuid that it has.
   * @throws ImageAlreadyExistsError
   */
  async want(context: RequestContext, wanted: WantedImage): Promise<ImageRow> {
    const { repo, tag, host, glanceImage: scope = '' } = wanted;
    const reference = `${repo}:${tag}`;
    try {
      return await this.db.transaction(async (tx) => {
        const [there] = await tx.query<ImageRow>('SELECT * FROM image WHERE host = ? AND repo = ? AND tag = ? AND scope = ?', [
          host,
          repo,
          tag,
          scope,
        ]);
        const held = there ? await tx.lock<ImageRow>('image', 'uuid', there.uuid) : null;
        if (!held) return this.add(tx, context, wanted);
        if (held.status !== 'Error') throw new ImageAlreadyExistsError(reference, host);
        return this.wish(tx, held, context, { wanted: 'present', status: 'Pulling' });
      });
    } catch (error) {
      if (isDuplicate(error)) throw new ImageAlreadyExistsError(reference, host);
      throw error;
    }
  }

  /** Accepts the removal; asked for again while it is under way, nothing changes. @throws ImageNotFoundError */
  async unwant(context: RequestContext, uuid: string): Promise<ImageRow> {
    return this.db.transaction(async (tx) => {
      const row = await tx.lock<ImageRow>('image', 'uuid', uuid);
      if (!row) throw new ImageNotFoundError(uuid);
      const gone = isOnItsWayToGlance(row) ? 'discarded' : 'absent';
      if (row.wanted === gone) return row;
      return this.wish(tx, row, context, { wanted: gone, status: 'Deleting' });
    });
  }

  /** @throws ImageNotFoundError when the scope has none */
  async find(scope: TenantScope, uuid: string): Promise<ImageRow> {
    const { sql, params } = where([{ sql: 'uuid = ?', params: [uuid] }, ...scopeCondition(scope)]);
    const [row] = await this.db.read<ImageRow>(`SELECT * FROM image${sql}`, params);
    if (!row) throw new ImageNotFoundError(uuid);
    return row;
  }

  /**
   * The project's own image of that name that is on a host: the newest if there are several, also one that is just being made; null: it
   * has none.
   */
  async findCommitted(projectId: string, repo: string, tag: string): Promise<ImageRow | null> {
    const [row] = await this.db.read<ImageRow>(
      `SELECT * FROM image WHERE project_id = ? AND repo = ? AND tag = ? AND scope <> '' AND driver = 'docker'
         AND wanted = 'present' AND status <> 'Error' ORDER BY id DESC LIMIT 1`,
      [projectId, repo, tag],
    );
    return row ?? null;
  }

  /** The host that has a committed image; null when there is none any more. */
  async hostOf(uuid: string): Promise<string | null> {
    const [row] = await this.db.read<{ host: string }>('SELECT host FROM image WHERE uuid = ?', [uuid]);
    return row?.host ?? null;
  }

  /** @throws ImageNotFoundError when the marker is not in the scope */
  async list(query: Omit<ListQuery<ImageRow>, 'filters'>): Promise<ImageRow[]> {
    const marker = query.marker === null ? null : await this.find(query.scope, query.marker);
    return readPage(this.db, 'image', { ...query, filters: {} }, marker);
  }

  /** Wishes whose end no host has reported, oldest first. */
  async pending({ hosts, hintedBefore, limit }: PendingImages): Promise<ImageRow[]> {
    if (hosts.length === 0) return [];
    const aged = hintedBefore === undefined ? '' : ' AND (hinted_at IS NULL OR hinted_at < ?)';
    return this.db.read<ImageRow>(
      `SELECT * FROM image WHERE is_pending = 1 AND host IN (${marks(hosts)})${aged} ORDER BY id LIMIT ${limit}`,
      [...hosts, ...(hintedBefore === undefined ? [] : [hintedBefore])],
    );
  }

  /** Notes that their hosts were told just now. */
  async markHinted(rows: readonly Pick<ImageRow, 'uuid'>[]): Promise<void> {
    if (rows.length === 0) return;
    const params = [this.now(), ...rows.map(({ uuid }) => uuid)];
    await this.db.transaction((tx) => tx.execute(`UPDATE image SET hinted_at = ? WHERE uuid IN (${marks(rows)})`, params));
  }

  /** How far a pull is, in words; of no account once it has ended. */
  async progress({ host, uuid, revision }: Pick<ImageOutcome, 'host' | 'uuid' | 'revision'>, detail: string): Promise<void> {
    await this.db.transaction((tx) =>
      tx.execute('UPDATE image SET status_reason = ? WHERE uuid = ? AND host = ? AND revision = ? AND is_pending = 1', [
        detail,
        uuid,
        host,
        revision,
      ]),
    );
  }

  /**
   * Writes down how a wish ended; once, however often it is reported.
   * @returns false when it does not count: another host's, overtaken by a newer wish, or written down already
   */
  async settle(outcome: ImageOutcome): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const row = await tx.lock<ImageRow>('image', 'uuid', outcome.uuid);
      if (!row || row.host !== outcome.host) return false;
      if (row.revision !== outcome.revision) {
        // Overtaken; but that a pull brought it decides whether the removal that followed may remove it.
        if (broughtIt(outcome) && row.is_ours === 0) await this.change(tx, row, { is_ours: 1 });
        return false;
      }
      if (row.is_pending === 0) return false;
      if (row.wanted !== 'present' && outcome.failure === null) {
        await tx.execute('DELETE FROM image WHERE uuid = ?', [row.uuid]);
        return true;
      }
      await this.change(tx, row, { is_pending: 0, status_reason: outcome.failure, ...settledColumns(row, outcome) });
      return true;
    });
  }

  private async add(tx: Transaction, context: RequestContext, { glanceImage, ...wanted }: WantedImage): Promise<ImageRow> {
    const row = {
      uuid: randomUUID(),
      project_id: context.projectId ?? '',
      user_id: context.userId,
      driver: glanceImage === undefined ? 'docker' : 'glance',
      ...wanted,
      scope: glanceImage ?? '',
      image_id: null,
      size: null,
      wanted: 'present',
      revision: 1,
      is_pending: 1,
      is_ours: 0,
      status: 'Pulling',
      status_reason: null,
      request_id: context.requestId,
      hinted_at: this.now(),
      created_at: this.now(),
      updated_at: null,
    } as const;
    const { insertId } = await tx.insert('image', row);
    return { id: insertId, ...row };
  }

  private wish(
    tx: Transaction,
    row: ImageRow,
    { requestId }: RequestContext,
    wish: Pick<ImageRow, 'wanted' | 'status'>,
  ): Promise<ImageRow> {
    const revision = row.revision + 1;
    const columns = { ...wish, revision, is_pending: 1, status_reason: null, request_id: requestId, hinted_at: this.now() };
    return this.change(tx, row, columns);
  }

  private async change(tx: Transaction, row: ImageRow, columns: Partial<Record<keyof ImageRow, SqlValue>>): Promise<ImageRow> {
    const all = { ...columns, updated_at: this.now() };
    const set = Object.keys(all).map((column) => `${column} = ?`);
    await tx.execute(`UPDATE image SET ${set.join(', ')} WHERE uuid = ?`, [...Object.values(all), row.uuid]);
    return { ...row, ...all } as ImageRow;
  }

  private now(): string {
    return toUtcTime(this.clock.now());
  }
}

/** It was committed for Glance: under the uuid that it has there. */
function isOnItsWayToGlance({ driver, uuid, scope }: ImageRow): boolean {
  return driver === 'glance' && scope === uuid;
}

function broughtIt({ failure, imageId, wasThere }: ImageOutcome): boolean {
  return failure === null && imageId !== null && !wasThere;
}

/** A removal that fails leaves the image where it is. What could not be brought to Glance is in neither place, and tells why. */
function settledColumns(row: ImageRow, outcome: ImageOutcome): Partial<Record<keyof ImageRow, SqlValue>> {
  if (isOnItsWayToGlance(row)) return { wanted: 'published', status: 'Error' };
  if (row.wanted === 'absent') return { wanted: 'present', status: row.image_id === null ? 'Error' : 'Available' };
  if (outcome.failure !== null) return { status: 'Error' };
  return {
    status: 'Available',
    image_id: outcome.imageId,
    size: outcome.sizeBytes === null ? null : String(outcome.sizeBytes),
    is_ours: row.is_ours === 1 || broughtIt(outcome) ? 1 : 0,
  };
}
