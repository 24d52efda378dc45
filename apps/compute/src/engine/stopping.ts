import { Injectable } from '@nestjs/common';
import { setMaxListeners } from 'node:events';

/** Thrown out of work that is given up because the service stops: it is not reported, and is done after the next start. */
export class SuspendedError extends Error {
  constructor() {
    super('the service is stopping');
  }
}

/** The end of the service, for everything that waits or repeats. */
@Injectable()
export class Stopping {
  private readonly controller = new AbortController();

  constructor() {
    // As many wait for it as there is work; that is no leak.
    setMaxListeners(0, this.controller.signal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  begin(): void {
    this.controller.abort(new SuspendedError());
  }

  throwIfBegun(): void {
    if (this.signal.aborted) throw new SuspendedError();
  }
}
