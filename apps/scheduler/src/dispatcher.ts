import { Inject, Injectable } from '@nestjs/common';
import { computeOn, runAction, toRunAction } from '@zun/contracts';
import { toSpec } from '@zun/domain';
import { ActionLogStore, toActionEntry, toContainerRecord, type PendingAction } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { LOGGER } from './options.js';

/** Hands work to hosts. A message is a hint: one that is lost is sent again by the reconciler. */
@Injectable()
export class Dispatcher {
  constructor(
    @Inject(TRANSPORT) private readonly transport: Transport,
    private readonly actions: ActionLogStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Tells a container's host about an action. Never throws. */
  async dispatch({ action, container }: PendingAction, host: string): Promise<void> {
    const message = toRunAction(toActionEntry(action), toSpec(toContainerRecord(container)));
    try {
      await this.transport.send(computeOn(host), runAction, message, { requestId: action.request_id });
    } catch (err) {
      this.logger.warn(
        { err, host, containerUuid: container.uuid, action: action.action },
        'a host could not be told; it will be later',
      );
    }
  }

  /** Tells hosts again about actions that have not ended, in their order. */
  async redispatch(pending: readonly PendingAction[]): Promise<void> {
    await this.actions.markHinted(pending.map(({ action }) => Number(action.id)));
    for (const item of pending) if (item.container.host !== null) await this.dispatch(item, item.container.host);
  }
}
