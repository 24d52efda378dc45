import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { ActionLogStore, CLOCK, HostStore, isServiceUp } from '@zun/persistence';
import { Dispatcher } from '../dispatcher.js';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';
import type { Sweep } from './sweep.js';

const BATCH = 500;

/**
 * Repairs: a host was told and its message, or its answer, was lost. Hosts that are down are left alone: they ask when they
 * come back.
 */
@Injectable()
export class UnfinishedSweep implements Sweep {
  readonly name = 'unfinished';

  constructor(
    private readonly actions: ActionLogStore,
    private readonly hosts: HostStore,
    private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  async run(isFirst: boolean): Promise<void> {
    const now = this.clock.now();
    const age = isFirst ? 0 : this.options.actionRetryAfterS * 1000;
    const pending = await this.actions.pending({ hintedBefore: toUtcTime(now - age), limit: BATCH });
    if (pending.length === 0) return;
    const services = await this.hosts.services();
    const up = new Set(
      services.filter((service) => isServiceUp(service, now, this.options.serviceDownTimeS)).map(({ host }) => host),
    );
    await this.dispatcher.redispatch(pending.filter(({ container }) => container.host !== null && up.has(container.host)));
  }
}
