import { Inject, Injectable } from '@nestjs/common';
import { EngineUnavailableError } from '@zun/domain';
import { PARTS, type ComputeParts } from '../parts.js';
import { EngineHealth } from './engine-health.js';
import { Stopping } from './stopping.js';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;

/** Waits out an engine that is away: it may be restarting, and no tenant's request should fail for that. */
@Injectable()
export class Patience {
  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(EngineHealth) private readonly health: EngineHealth,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {}

  /**
   * Repeats `work` until the engine answers. Work must look first what an earlier try has done: its answer may have been lost.
   * @throws what `work` throws for any other reason; SuspendedError when the service stops meanwhile
   */
  async until<T>(work: () => Promise<T>): Promise<T> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
      this.stopping.throwIfBegun();
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof EngineUnavailableError)) throw error;
        this.health.lost();
      }
      await this.parts.clock.sleep(delay, this.stopping.signal);
    }
  }
}
