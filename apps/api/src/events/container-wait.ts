import { Inject, Injectable } from '@nestjs/common';
import { DomainError, isToBeHealed, ServiceUnavailableError, type Clock } from '@zun/domain';
import { CLOCK, ContainerStore, type ContainerRow } from '@zun/persistence';
import { UnauthenticatedError } from '@zun/auth';
import { ContainerAccess } from '../containers/container-access.js';
import type { ApiCall } from '../http/api-call.js';
import type { Ending } from '../streams/live-replies.js';
import { EventFeed } from './event-feed.js';

const DEFAULT_S = 60;

/** `GET /v1/containers/{ident}/wait`. */
@Injectable()
export class ContainerWait {
  constructor(
    private readonly access: ContainerAccess,
    private readonly containers: ContainerStore,
    private readonly feed: EventFeed,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Waits until a container has one of the statuses asked for; it is Deleted, too, when it is gone.
   * @param signal ends the wait before, with an {@link Ending}
   * @returns the container as it is then
   * @throws ContainerNotFoundError; DomainError of class timeout when the time is up, and of class conflict when it has a status that it
   * only leaves when somebody asks for it
   */
  async wait(call: ApiCall, ident: string, signal: AbortSignal): Promise<ContainerRow> {
    const statuses = [call.params.status].flat().flatMap((text) => String(text).split(','));
    const seconds = Number(call.params.timeout ?? DEFAULT_S);
    let row = await this.access.find(call, ident);
    const over = new AbortController();
    void this.clock.sleep(seconds * 1000, signal).then(() => over.abort());
    const { uuid } = row;
    const ticks = this.feed.watch({ after: null, wants: (event) => event.uuid === uuid, signal: over.signal });
    // The first comes at once, and nothing is missed from then on.
    for await (const { kind } of ticks) {
      if (kind === 'alive') continue;
      row = (await this.containers.findByUuid(uuid)) ?? { ...row, status: 'Deleted', task_state: null };
      if (statuses.includes(row.status)) return row;
      if (isFinal(row)) throw new DomainError('conflict', 'conflict', `${describe(row)} It stays so until somebody acts on it.`);
    }
    throw this.endedBy(signal, row, statuses, seconds);
  }

  private endedBy(signal: AbortSignal, row: ContainerRow, statuses: readonly string[], seconds: number): DomainError {
    const ending = signal.reason as Ending | undefined;
    if (ending === 'expired') return new UnauthenticatedError();
    if (ending === 'stopping') return new ServiceUnavailableError('The API is shutting down.');
    return new DomainError('timeout', 'timeout', `${describe(row)} It was not ${statuses.join(' or ')} within ${seconds} s.`);
  }
}

function describe({ uuid, status, status_reason: reason }: ContainerRow): string {
  return `Container ${uuid} is ${status}${reason ? `: ${reason.replace(/\.$/, '')}` : ''}.`;
}

function isFinal({ status, status_reason: reason, auto_remove, auto_heal }: ContainerRow): boolean {
  if (status === 'Deleted') return true;
  return status === 'Error' && !isToBeHealed(status, reason, { autoRemove: auto_remove === 1, autoHeal: auto_heal === 1 });
}
