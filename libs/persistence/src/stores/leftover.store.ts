import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock, type RequestContext } from '@zun/domain';
import { Database, type Transaction } from '../database.js';
import type { ContainerRow, ImageRow, ProjectPurgeRow } from '../entities/index.js';
import { CLOCK } from './acceptance.js';

/** Where projects leave things, by what the API calls them. */
const TABLES = {
  containers: 'container',
  registries: 'registry',
  images: 'image',
  networks: 'network',
  volumes: 'volume',
  quotas: 'quota',
  usages: 'project_usage',
} as const;

export type LeftoverKind = keyof typeof TABLES;
export const LEFTOVER_KINDS = Object.keys(TABLES) as readonly LeftoverKind[];

/** What the database has of one project. */
export type Leftover = Readonly<Record<LeftoverKind, number>> & {
  readonly projectId: string;
  /** When its purge was asked for (UTC); null: it was not. */
  readonly purgeRequestedAt: string | null;
};

/** What goes as soon as no container needs it; images go by their hosts. */
const FREED_WITH_CONTAINERS: readonly LeftoverKind[] = ['registries', 'networks', 'volumes', 'quotas', 'usages'];

/** A part of a purge that failed is tried again after this long. */
const RETRY_AFTER_MS = 60_000;

/**
 * What projects have left behind. A purge that was accepted is a row of its own, and is worked on until nothing is left; like a row of the
 * action log, it outlives whoever works on it. Which projects are deleted is not known here.
 */
@Injectable()
export class LeftoverStore {
  constructor(
    private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Every project that the database has anything of, by its id. */
  list(): Promise<Leftover[]> {
    return this.read();
  }

  /** @returns null when there is nothing of the project */
  async find(projectId: string): Promise<Leftover | null> {
    return (await this.read(projectId))[0] ?? null;
  }

  /** Accepts the purge of a project; asked for again, what failed meanwhile is tried again at once. */
  async requestPurge({ requestId, userId }: RequestContext, projectId: string): Promise<void> {
    const request = { requested_at: this.utc(), request_id: requestId, user_id: userId };
    await this.db.transaction(async (tx) => {
      const { affected } = await tx.insertIfAbsent('project_purge', { project_id: projectId, ...request });
      if (affected === 1) return;
      await tx.execute('UPDATE project_purge SET requested_at = ?, request_id = ?, user_id = ? WHERE project_id = ?', [
        ...Object.values(request),
        projectId,
      ]);
    });
  }

  /** Purges that are not done, oldest first. */
  purges(): Promise<ProjectPurgeRow[]> {
    return this.db.read<ProjectPurgeRow>('SELECT * FROM project_purge ORDER BY requested_at, project_id');
  }

  /** Containers that are to be deleted: no deletion is under way, and none has just failed. */
  containersToDelete({ project_id, requested_at }: ProjectPurgeRow, limit: number): Promise<ContainerRow[]> {
    return this.db.read<ContainerRow>(
      `SELECT c.* FROM container c WHERE c.project_id = ? AND NOT EXISTS (
         SELECT 1 FROM container_action a WHERE a.container_uuid = c.uuid AND a.action = 'delete'
           AND (a.finish_time IS NULL OR (a.start_time > ? AND a.finish_time > ?))
       ) ORDER BY c.id LIMIT ${limit}`,
      [project_id, requested_at, this.retryBefore()],
    );
  }

  /** Images that are to be removed from their hosts: no removal is under way, and none has just failed. */
  imagesToRemove({ project_id, requested_at }: ProjectPurgeRow, limit: number): Promise<ImageRow[]> {
    return this.db.read<ImageRow>(
      `SELECT * FROM image WHERE project_id = ? AND wanted = 'present' AND (
         status_reason IS NULL OR COALESCE(updated_at, created_at) <= ? OR COALESCE(updated_at, created_at) <= ?
       ) ORDER BY id LIMIT ${limit}`,
      [project_id, requested_at, this.retryBefore()],
    );
  }

  /**
   * Forgets what containers no longer need, once there are none; and the purge, once there is nothing.
   * @returns true when the purge is done
   */
  finishPurge({ project_id: projectId, requested_at: requestedAt }: ProjectPurgeRow): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      // A create reserves quota before all else: held, none comes in between.
      await tx.insertIfAbsent('project_usage', { project_id: projectId });
      await tx.lock('project_usage', 'project_id', projectId);
      if (await has(tx, 'containers', projectId)) return false;
      for (const kind of FREED_WITH_CONTAINERS) {
        await tx.execute(`DELETE FROM ${TABLES[kind]} WHERE project_id = ?`, [projectId]);
      }
      if (await has(tx, 'images', projectId)) return false;
      // One that was asked for again meanwhile is for the next round.
      const mark = 'DELETE FROM project_purge WHERE project_id = ? AND requested_at = ?';
      return (await tx.execute(mark, [projectId, requestedAt])).affected === 1;
    });
  }

  private async read(projectId?: string): Promise<Leftover[]> {
    const [condition, params] = projectId === undefined ? ["project_id <> ''", []] : ['project_id = ?', [projectId]];
    const counts = LEFTOVER_KINDS.map(
      (kind) =>
        `SELECT project_id, '${kind}' AS kind, COUNT(*) AS amount FROM ${TABLES[kind]} WHERE ${condition} GROUP BY project_id`,
    );
    const rows = await this.db.read<CountRow>(
      counts.join(' UNION ALL '),
      counts.flatMap(() => params),
    );
    const purges = await this.db.read<ProjectPurgeRow>(`SELECT * FROM project_purge WHERE ${condition}`, params);
    return collect(rows, purges);
  }

  private retryBefore(): string {
    return toUtcTime(this.clock.now() - RETRY_AFTER_MS);
  }

  private utc(): string {
    return toUtcTime(this.clock.now());
  }
}

interface CountRow {
  readonly project_id: string;
  readonly kind: LeftoverKind;
  readonly amount: number;
}

function collect(counts: readonly CountRow[], purges: readonly ProjectPurgeRow[]): Leftover[] {
  const found = new Map<string, Leftover>();
  const add = (projectId: string, part: Partial<Leftover>): void => {
    found.set(projectId, { ...(found.get(projectId) ?? nothingOf(projectId)), ...part });
  };
  for (const { project_id: projectId, kind, amount } of counts) add(projectId, { [kind]: Number(amount) });
  for (const { project_id: projectId, requested_at: purgeRequestedAt } of purges) add(projectId, { purgeRequestedAt });
  return [...found.values()].sort((a, b) => (a.projectId < b.projectId ? -1 : 1));
}

function nothingOf(projectId: string): Leftover {
  const none = Object.fromEntries(LEFTOVER_KINDS.map((kind) => [kind, 0])) as Record<LeftoverKind, number>;
  return { projectId, ...none, purgeRequestedAt: null };
}

async function has(tx: Transaction, kind: LeftoverKind, projectId: string): Promise<boolean> {
  return (await tx.query(`SELECT 1 FROM ${TABLES[kind]} WHERE project_id = ? LIMIT 1`, [projectId])).length > 0;
}
