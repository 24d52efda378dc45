import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@zun/domain';
import { CLOCK, EventStore } from '@zun/persistence';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';
import type { Sweep } from './sweep.js';

/** Numbers the events that nobody has waited for, and forgets those that are older than may be asked for. */
@Injectable()
export class EventsSweep implements Sweep {
  readonly name = 'events';

  constructor(
    private readonly events: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  async run(): Promise<void> {
    await this.events.sequence();
    await this.events.prune(this.clock.now() - this.options.eventsWindowS * 1000);
  }
}
