import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@zun/domain';
import {
  Acceptance,
  ImageStore,
  LeftoverStore,
  type ActionRequest,
  type ContainerRow,
  type ImageRow,
  type PendingWork,
  type ProjectPurgeRow,
} from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { Dispatcher } from '../dispatcher.js';
import { ImageDispatcher } from '../image-dispatcher.js';
import { LOGGER } from '../options.js';
import { ownerOf } from '../owner-of.js';
import type { Sweep } from './sweep.js';

const BATCH = 100;
const DELETION = { action: 'delete', params: { force: true } } as const;

/**
 * Carries out purges of deleted projects, a little each time: containers and images by their hosts, and all else once no container is left.
 * What cannot be done now, as its host is away or has failed, is done in a later round.
 */
@Injectable()
export class PurgeSweep implements Sweep {
  readonly name = 'purge';

  constructor(
    private readonly leftovers: LeftoverStore,
    private readonly acceptance: Acceptance,
    private readonly images: ImageStore,
    private readonly dispatcher: Dispatcher,
    private readonly imageDispatcher: ImageDispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    for (const purge of await this.leftovers.purges()) await this.workOn(purge);
  }

  private async workOn(purge: ProjectPurgeRow): Promise<void> {
    for (const row of await this.leftovers.containersToDelete(purge, BATCH)) {
      const work = await unlessRefused(() => this.delete(row));
      if (work) await this.dispatcher.redispatch([work]);
    }
    for (const row of await this.leftovers.imagesToRemove(purge, BATCH)) {
      const wish = await unlessRefused(() => this.images.unwant(ownerOf(row), row.uuid));
      if (wish) await this.imageDispatcher.redispatch([wish]);
    }
    if (!(await this.leftovers.finishPurge(purge))) return;
    const { project_id: projectId, request_id: requestId, user_id: userId } = purge;
    this.logger.info({ projectId, requestId, userId }, 'nothing is left of a deleted project');
  }

  private delete(row: ContainerRow): Promise<PendingWork> {
    return this.acceptance.act(ownerOf(row), row.uuid, requestsFor(row));
  }
}

/** A paused container is not even deleted by force. */
function requestsFor({ status }: ContainerRow): readonly ActionRequest[] {
  if (status === 'Paused') return [{ action: 'unpause', params: {} }, DELETION];
  return [{ ...DELETION, rule: 'delete_force' }];
}

/** It is gone, or has changed since it was read: the next round sees it as it is then. */
async function unlessRefused<T extends PendingWork | ImageRow>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError && ['not-found', 'conflict', 'invalid'].includes(error.errorClass)) return null;
    throw error;
  }
}
