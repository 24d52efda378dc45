import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Terminals } from './calls/terminals.js';
import { DanglingSweep } from './dangling/dangling.js';
import { Stopping } from './engine/stopping.js';
import { ImageWorkers } from './images/image-workers.js';
import { HostReporter } from './inventory/host-reporter.js';
import { Observer } from './observer/observer.js';
import { PARTS, type ComputeParts } from './parts.js';
import { Outbox } from './reports/outbox.js';
import { ContainerWorkers } from './workers/container-workers.js';

/** How long a stopping service waits for engine calls that are under way; they are safe to be cut off. */
const DRAIN_MS = 5_000;
const LAST_REPORTS_MS = 2_000;

/** Starts everything that goes on by itself, and ends it in order. */
@Injectable()
export class ComputeService implements BeforeApplicationShutdown {
  private loops: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Observer) private readonly observer: Observer,
    @Inject(HostReporter) private readonly reporter: HostReporter,
    @Inject(Terminals) private readonly terminals: Terminals,
    @Inject(DanglingSweep) private readonly sweep: DanglingSweep,
    @Inject(ContainerWorkers) private readonly workers: ContainerWorkers,
    @Inject(ImageWorkers) private readonly images: ImageWorkers,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {}

  /** To be called once messages can arrive: the first thing the host does is to ask for its unfinished work. */
  begin(): void {
    this.loops = Promise.all([this.observer.run(), this.reporter.run(), this.sweep.run(), this.terminals.run()]);
    this.loops.catch((error: unknown) => this.parts.logger.error({ err: error }, 'a loop of the compute service broke'));
    this.parts.transport.onConnect(() => this.onConnect());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.begin();
    const late = new AbortController();
    const work = Promise.allSettled([this.workers.drain(), this.images.drain(), this.loops]);
    await Promise.race([work, this.parts.clock.sleep(DRAIN_MS, late.signal)]);
    late.abort();
    await this.outbox.close(LAST_REPORTS_MS);
  }

  /** Whatever was sent to this host while it was away may be lost; and what it has to say waits. */
  private onConnect(): void {
    if (this.stopping.signal.aborted) return;
    this.outbox.hurry();
    this.outbox.started();
    void this.reporter.report();
  }
}
