import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@zun/domain';
import { Acceptance, type ContainerRow } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { Dispatcher } from '../dispatcher.js';
import { LOGGER } from '../options.js';
import { ownerOf } from '../owner-of.js';

/** Has containers made again that vanished from their engine and want that (`auto_heal`): a rebuild in the log of actions, as in Zun. */
@Injectable()
export class Healer {
  constructor(
    private readonly acceptance: Acceptance,
    private readonly dispatcher: Dispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async heal(missing: readonly ContainerRow[]): Promise<void> {
    for (const row of missing) await this.healOne(row);
  }

  /** Whoever was quicker, another scheduler or the tenant, has changed it: then it is not for us any more. */
  private async healOne(row: ContainerRow): Promise<void> {
    try {
      const work = await this.acceptance.act(ownerOf(row), row.uuid, [{ action: 'rebuild', params: {} }]);
      this.logger.warn({ containerUuid: row.uuid, host: row.host }, 'a container has vanished from its engine: it is made again');
      await this.dispatcher.redispatch([work]);
    } catch (err) {
      if (!(err instanceof DomainError) || !['conflict', 'not-found'].includes(err.errorClass)) throw err;
      this.logger.debug({ err, containerUuid: row.uuid }, 'a missing container was not made again');
    }
  }
}
