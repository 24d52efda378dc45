import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type ComputeParts } from '../parts.js';
import { EngineHealth } from './engine-health.js';

/** Whether the engine can limit a container's disk. Asked once, and again after it was away: it may have come back otherwise. */
@Injectable()
export class DiskQuota {
  private known: boolean | null = null;

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(EngineHealth) health: EngineHealth,
  ) {
    health.onChange(() => (this.known = null));
  }

  /** @throws EngineUnavailableError */
  async isSupported(): Promise<boolean> {
    this.known ??= (await this.parts.engine.info()).diskQuotaSupported;
    return this.known;
  }
}
