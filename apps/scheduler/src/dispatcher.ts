import { Inject, Injectable } from '@nestjs/common';
import { computeOn, runActions, toRunActions } from '@zun/contracts';
import { ActionLogStore, SpecStore, toActionEntry, type PendingWork } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { LOGGER } from './options.js';

/** Hands work to hosts. A message is a hint: one that is lost is sent again by the reconciler. */
@Injectable()
export class Dispatcher {
  constructor(
    @Inject(TRANSPORT) private readonly transport: Transport,
    private readonly actions: ActionLogStore,
    private readonly specs: SpecStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Tells a host what is to be done with a container. Never throws. */
  async dispatch({ container, actions, newestActionId }: PendingWork, host: string): Promise<void> {
    const requestId = actions.at(-1)?.request_id;
    try {
      const spec = await this.specs.forHost(container, (err) => {
        this.logger.error({ err, containerUuid: container.uuid, requestId }, 'an image is pulled without its password');
      });
      const message = toRunActions(actions.map(toActionEntry), newestActionId, spec);
      await this.transport.send(computeOn(host), runActions, message, { requestId });
    } catch (err) {
      this.logger.warn({ err, host, containerUuid: container.uuid, requestId }, 'a host could not be told; it will be later');
    }
  }

  /** Tells hosts again what has not ended. */
  async redispatch(pending: readonly PendingWork[]): Promise<void> {
    await this.actions.markHinted(pending.flatMap(({ actions }) => actions.map(({ id }) => Number(id))));
    await Promise.all(pending.map(async (work) => work.container.host !== null && this.dispatch(work, work.container.host)));
  }
}
