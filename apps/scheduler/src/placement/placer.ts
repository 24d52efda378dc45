import { Inject, Injectable } from '@nestjs/common';
import type { Placement } from '@zun/contracts';
import { NoValidHostError } from '@zun/domain';
import {
  ActionLogStore,
  ContainerStore,
  ImageStore,
  Settlement,
  toPlacementRequest,
  type ContainerRow,
  VolumeStore,
  type PendingWork,
} from '@zun/persistence';
import { filtersByName, selectHosts, type Filter, type PlacementDemand } from '@zun/scheduling';
import type { Logger } from '@zun/telemetry';
import { Dispatcher } from '../dispatcher.js';
import { LOGGER, SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';
import { ClaimBatcher } from './claim-batcher.js';
import { HostCache } from './host-cache.js';

const NO_HOST: Placement = { host: null, reason: new NoValidHostError().detail };

/** Finds a host for a container, claims it, and hands the work to it. May be asked any number of times for the same container. */
@Injectable()
export class Placer {
  private readonly filters: readonly Filter[];

  constructor(
    private readonly cache: HostCache,
    private readonly claims: ClaimBatcher,
    private readonly containers: ContainerStore,
    private readonly actions: ActionLogStore,
    private readonly settlement: Settlement,
    private readonly volumes: VolumeStore,
    private readonly images: ImageStore,
    private readonly dispatcher: Dispatcher,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.filters = filtersByName(options.enabledFilters);
  }

  async place(uuid: string): Promise<Placement> {
    const pending = await this.actions.unplaced(uuid);
    if (!pending) return this.currentPlacement(uuid);
    const demand = await this.demandOf(pending.container);
    return (await this.tryHosts(pending, demand)) ?? (await this.tryAgainOnFreshData(pending, demand));
  }

  /** A host that memory shows full may have room by now, and none may be refused for want of news. */
  private async tryAgainOnFreshData(pending: PendingWork, demand: PlacementDemand): Promise<Placement> {
    await this.cache.refresh();
    const placement = await this.tryHosts(pending, demand);
    if (placement) return placement;
    const { refusals } = selectHosts(await this.cache.snapshot(), demand, this.filters);
    this.logger.info({ containerUuid: pending.container.uuid, refusals }, 'no host fits');
    await this.settlement.failPlacement(pending.container.uuid);
    return NO_HOST;
  }

  /** @returns null when every host that memory shows fit refuses the claim */
  private async tryHosts(pending: PendingWork, demand: PlacementDemand): Promise<Placement | null> {
    const { uuid } = pending.container;
    const refused = new Set<string>();
    for (;;) {
      // Selected anew each time: other claims may have changed which host is the best.
      const { hosts } = selectHosts(await this.cache.snapshot(), demand, this.filters);
      const hostname = hosts.map(({ inventory }) => inventory.hostname).find((name) => !refused.has(name));
      if (hostname === undefined) return null;
      this.cache.noteClaim(hostname, demand.claim);
      const verdict = await this.claims.claim({ uuid, hostname });
      if (verdict === 'placed') {
        await this.dispatcher.dispatch(pending, hostname);
        return { host: hostname, reason: null };
      }
      if (verdict === 'gone') return this.currentPlacement(uuid);
      refused.add(hostname);
    }
  }

  private async currentPlacement(uuid: string): Promise<Placement> {
    const row = await this.containers.findByUuid(uuid);
    return { host: row?.host ?? null, reason: row?.status_reason ?? null };
  }

  private async demandOf(row: ContainerRow): Promise<PlacementDemand> {
    const request = toPlacementRequest(row);
    return {
      claim: { cpu: row.cpu, memoryMib: row.memory_mib, diskGib: row.disk_gib },
      cpuPolicy: row.cpu_policy,
      volumeHosts: await this.volumes.hostsFor(row.uuid),
      runtime: row.runtime,
      availabilityZone: request.availabilityZone ?? this.options.defaultScheduleZone,
      host: request.host,
      imageHost: row.committed_image === null ? null : await this.images.hostOf(row.committed_image),
      hints: request.hints,
    };
  }
}
