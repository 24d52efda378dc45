import { Inject, Injectable } from '@nestjs/common';
import { toUtcTime, type Clock } from '@zun/domain';
import { CLOCK, ContainerStore } from '@zun/persistence';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';
import { Placer } from '../placement/placer.js';
import type { Sweep } from './sweep.js';

const BATCH = 500;

/** Repairs: a container was accepted and the scheduler that was told died, or nobody could be told. */
@Injectable()
export class UnplacedSweep implements Sweep {
  readonly name = 'unplaced';

  constructor(
    private readonly containers: ContainerStore,
    private readonly placer: Placer,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  async run(isFirst: boolean): Promise<void> {
    const age = isFirst ? 0 : this.options.reconcileIntervalS * 1000;
    const rows = await this.containers.findUnhosted(toUtcTime(this.clock.now() - age), BATCH);
    await Promise.all(rows.map(({ uuid }) => this.placer.place(uuid)));
  }
}
