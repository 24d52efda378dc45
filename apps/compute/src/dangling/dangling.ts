/**
 * Removes containers that nobody wants any more, and networks and volumes that are no longer used. They come about when a create was given up while its message was still under way, when a
 * record was deleted by force while its engine was away, or when a host comes back that was given up.
 *
 * A container goes only when a scheduler says that nobody placed it here, twice in a row: in between, a message about it
 * may still have been on its way. A round is left out while the engine is away, and until this host has asked for its unfinished work.
 */
import { Inject, Injectable } from '@nestjs/common';
import { findUnplaced, SCHEDULER } from '@zun/contracts';
import { EngineHealth } from '../engine/engine-health.js';
import { Stopping } from '../engine/stopping.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { Outbox } from '../reports/outbox.js';
import { Activity } from '../workers/activity.js';
import { VolumeSweep } from './volume-sweep.js';

const ANSWER_TIMEOUT_MS = 10_000;

@Injectable()
export class DanglingSweep {
  /** Those that nobody wanted in the last round. */
  private suspects = new Set<string>();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(EngineHealth) private readonly health: EngineHealth,
    @Inject(Activity) private readonly activity: Activity,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(VolumeSweep) private readonly volumes: VolumeSweep,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {}

  /** Sweeps until the service stops. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.parts.clock.sleep(this.parts.options.danglingMs, this.stopping.signal);
      if (!this.stopping.signal.aborted) await this.tryRound();
    }
  }

  /** One round. @throws domain errors of the engine and the transport */
  async round(): Promise<void> {
    if (!this.health.isUp || !this.outbox.hasAskedForWork) return;
    const unwanted = await this.findUnwanted();
    for (const uuid of unwanted) if (this.suspects.has(uuid) && !this.activity.isActive(uuid)) await this.remove(uuid);
    this.suspects = new Set(unwanted);
    await this.parts.network.sweep();
    await this.volumes.round();
  }

  private async tryRound(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.suspects.clear();
      this.parts.logger.warn({ err: error }, 'the sweep of dangling containers broke off');
    }
  }

  private async findUnwanted(): Promise<string[]> {
    const { engine, transport, options } = this.parts;
    const uuids = (await engine.list()).map(({ uuid }) => uuid).filter((uuid) => !this.activity.isActive(uuid));
    if (uuids.length === 0) return [];
    const question = { host: options.host, uuids };
    const { unplaced } = await transport.request(SCHEDULER, findUnplaced, question, { timeoutMs: ANSWER_TIMEOUT_MS });
    // Only what was asked about: a confused answer must not cost anybody a container.
    return unplaced.filter((uuid) => uuids.includes(uuid));
  }

  private async remove(uuid: string): Promise<void> {
    const { engine, network, logger } = this.parts;
    await engine.remove(uuid, true);
    await network.release({ uuid });
    logger.warn({ uuid }, 'removed a dangling container: nobody had placed it here');
  }
}
