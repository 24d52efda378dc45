import { Inject, Injectable } from '@nestjs/common';
import { EngineUnavailableError, type HostInventory } from '@zun/domain';
import { EngineHealth } from '../engine/engine-health.js';
import { Stopping } from '../engine/stopping.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { Outbox } from '../reports/outbox.js';
import { toInventory } from './inventory.js';
import { thisMachine } from './measure.js';

/** The host's heartbeat: what it has, regularly and as soon as the engine goes away or comes back. */
@Injectable()
export class HostReporter {
  private last: HostInventory | null = null;
  /** Set while a report is made: what happens meanwhile asks for another. */
  private isReporting = false;
  private isWanted = false;

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(EngineHealth) private readonly health: EngineHealth,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {
    health.onChange((isUp) => {
      if (isUp) parts.logger.info('the container engine answers');
      else parts.logger.warn('the container engine does not answer');
      void this.report();
    });
  }

  /** Reports until the service stops. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.report();
      await this.parts.clock.sleep(this.parts.options.heartbeatMs, this.stopping.signal);
    }
  }

  /** Reports now, or once more when a report is being made. */
  async report(): Promise<void> {
    this.isWanted = true;
    if (this.isReporting) return;
    this.isReporting = true;
    while (this.isWanted && !this.stopping.signal.aborted) {
      await this.reportOnce();
    }
    this.isReporting = false;
  }

  private async reportOnce(): Promise<void> {
    const { host, availabilityZone } = this.parts.options;
    try {
      this.last = await this.measure();
      this.health.found();
    } catch (error) {
      this.parts.logger.debug({ err: error }, 'the host could not be measured');
      if (error instanceof EngineUnavailableError) this.health.lost();
    }
    // What was noticed while this was measured is in it.
    this.isWanted = false;
    this.outbox.host({ host, engineUp: this.health.isUp, availabilityZone, inventory: this.last });
  }

  private async measure(): Promise<HostInventory> {
    const engine = await this.parts.engine.info();
    const isPinning = this.parts.options.inventory.floatingCpus !== null;
    const [memory, diskGib, numaNodes] = await Promise.all([
      thisMachine.memory(),
      this.measureDisk(engine.rootDir),
      isPinning ? thisMachine.numaNodes() : [],
    ]);
    return toInventory({ engine, memory, diskGib, numaNodes }, this.parts.options);
  }

  /** An engine on another machine has its disk there: nothing is known of it, and nothing is offered. */
  private async measureDisk(rootDir: string): Promise<number> {
    try {
      return await thisMachine.diskGib(rootDir);
    } catch (error) {
      this.parts.logger.debug({ err: error, rootDir }, "the engine's disk could not be measured");
      return 0;
    }
  }
}
