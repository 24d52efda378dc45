import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { ActionLogStore, CLOCK, HostStore } from '@zun/persistence';
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
    const hosts = await this.hosts.namesOfUp(now, this.options.serviceDownTimeS);
    await this.dispatcher.redispatch(await this.actions.pending({ hosts, hintedBefore: toUtcTime(now - age), limit: BATCH }));
  }
}
