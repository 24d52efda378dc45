import { Inject, Injectable } from '@nestjs/common';
import { PARTS, type ComputeParts } from '../parts.js';

/**
 * Versions of observations: microseconds of the clock, and never the same twice. They also grow over a restart of the service,
 * unless the machine's clock was set back by longer than the restart took.
 */
@Injectable()
export class VersionClock {
  private last = 0;

  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  next(): number {
    this.last = Math.max(this.last + 1, Math.floor(this.parts.clock.now() * 1000));
    return this.last;
  }
}
