import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Clock } from '@zun/domain';
import { CLOCK } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { LOGGER, SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';
import { SWEEPS, type Sweep } from './sweep.js';

/** Runs every sweep over and over, so that nothing that was accepted stays stuck. */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** Sweeps whose last round failed: told once, not every round. */
  private readonly failing = new Set<string>();

  constructor(
    @Inject(SWEEPS) private readonly sweeps: readonly Sweep[],
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    for (let isFirst = true; !this.stopping.signal.aborted; isFirst = false) {
      for (const sweep of this.sweeps) await this.runSweep(sweep, isFirst);
      // Spread a little, so that several schedulers do not look at the same moment for ever.
      const pause = this.options.reconcileIntervalS * 1000 * (0.9 + Math.random() * 0.2);
      await this.clock.sleep(pause, this.stopping.signal);
    }
  }

  private async runSweep(sweep: Sweep, isFirst: boolean): Promise<void> {
    try {
      await sweep.run(isFirst);
      if (this.failing.delete(sweep.name)) this.logger.info({ sweep: sweep.name }, 'a sweep works again');
    } catch (err) {
      if (this.failing.has(sweep.name)) return;
      this.failing.add(sweep.name);
      this.logger.error({ err, sweep: sweep.name }, 'a sweep failed; it goes on trying');
    }
  }
}
