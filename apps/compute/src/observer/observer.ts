/**
 * Tells the schedulers what becomes of containers without anybody's action: a process that ends, a restart by policy, somebody at the
 * engine's own command line.
 *
 * Assumption: the engine's event stream, once it is open, misses nothing. It does not hold when the stream breaks, when the
 * engine drops events under load, or when an inspect fails. Safety net: everything is listed and compared at every (re)start of the
 * stream and every now and then; whatever could not be looked at is looked at again. A container that the list lacks is
 * looked at by itself before it is reported missing. What went while this service was down is nobody's memory here: the schedulers
 * are told what there is, and know what there should be. While a worker has a container, it is left alone; the worker reports.
 */
import { Inject, Injectable } from '@nestjs/common';
import { EngineUnavailableError } from '@zun/domain';
import { EngineHealth } from '../engine/engine-health.js';
import { Stopping } from '../engine/stopping.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { Outbox } from '../reports/outbox.js';
import { VersionClock } from '../reports/version-clock.js';
import { Activity } from '../workers/activity.js';
import { changed, vanished } from './diff.js';
import { Sightings, type Sighting } from './sightings.js';

/** Events of one container come in bursts: one look serves them all. */
const COALESCE_MS = 20;
const FIRST_RECONNECT_MS = 200;
const MAX_RECONNECT_MS = 3_000;

@Injectable()
export class Observer {
  /** Containers to look at. */
  private readonly dirty = new Set<string>();
  private isLooking = false;

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Sightings) private readonly sightings: Sightings,
    @Inject(VersionClock) private readonly versions: VersionClock,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Activity) private readonly activity: Activity,
    @Inject(EngineHealth) private readonly health: EngineHealth,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {
    activity.onEnd(() => this.lookSoon());
  }

  /** Watches until the service stops. */
  async run(): Promise<void> {
    await Promise.all([this.watch(), this.relistRegularly()]);
  }

  /** Lists everything and reports what differs. @throws EngineUnavailableError */
  async relist(): Promise<void> {
    const listedAt = this.versions.next();
    const seen = await this.sightings.lookAtAll();
    this.report(changed(this.sightings.lastReported, seen));
    for (const uuid of vanished(this.sightings.lastReported, seen, listedAt)) this.touch(uuid);
    this.outbox.listed({ host: this.parts.options.host, version: listedAt, uuids: seen.map(({ uuid }) => uuid) });
  }

  /** Has one container looked at soon. */
  touch(uuid: string): void {
    this.dirty.add(uuid);
    this.lookSoon();
  }

  private async watch(): Promise<void> {
    const { clock } = this.parts;
    let delay = FIRST_RECONNECT_MS;
    while (!this.stopping.signal.aborted) {
      const wasReady = await this.followEvents();
      if (this.stopping.signal.aborted) return;
      this.health.lost();
      delay = wasReady ? FIRST_RECONNECT_MS : Math.min(delay * 2, MAX_RECONNECT_MS);
      await clock.sleep(delay, this.stopping.signal);
    }
  }

  /** @returns whether the stream was open, before it ended */
  private async followEvents(): Promise<boolean> {
    let wasReady = false;
    const onReady = (): void => {
      wasReady = true;
      this.health.found();
      void this.tryRelist();
    };
    try {
      for await (const event of this.parts.engine.events(this.stopping.signal, onReady)) this.touch(event.uuid);
    } catch (error) {
      if (!(error instanceof EngineUnavailableError))
        this.parts.logger.error({ err: error }, 'the event stream of the engine broke');
    }
    return wasReady;
  }

  private async relistRegularly(): Promise<void> {
    const { clock, options } = this.parts;
    if (options.relistMs === null) return;
    while (!this.stopping.signal.aborted) {
      await clock.sleep(options.relistMs, this.stopping.signal);
      if (this.health.isUp && !this.stopping.signal.aborted) await this.tryRelist();
    }
  }

  private async tryRelist(): Promise<void> {
    try {
      await this.relist();
    } catch (error) {
      this.parts.logger.warn({ err: error }, 'the containers could not be listed');
    }
  }

  private lookSoon(): void {
    if (this.isLooking || this.lookable().length === 0) return;
    this.isLooking = true;
    void this.lookAtDirty().finally(() => {
      this.isLooking = false;
      this.lookSoon();
    });
  }

  private lookable(): string[] {
    return [...this.dirty].filter((uuid) => !this.activity.isActive(uuid));
  }

  private async lookAtDirty(): Promise<void> {
    await this.parts.clock.sleep(COALESCE_MS, this.stopping.signal);
    if (this.stopping.signal.aborted) return this.dirty.clear();
    const uuids = this.lookable();
    for (const uuid of uuids) this.dirty.delete(uuid);
    const looks = await Promise.allSettled(uuids.map((uuid) => this.sightings.look(uuid)));
    // A look that failed needs no repetition: the engine is away, and its return brings a relist.
    const seen = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
    this.report(changed(this.sightings.lastReported, seen));
  }

  private report(sightings: readonly Sighting[]): void {
    // One that is being removed tells more when it is gone: whether it ran until then decides whether it is to run again.
    const idle = sightings.filter(
      ({ uuid, container }) => !this.activity.isActive(uuid) && container?.state.phase !== 'removing',
    );
    if (idle.length > 0) this.outbox.observed(idle.map((sighting) => this.sightings.report(sighting)));
  }
}
