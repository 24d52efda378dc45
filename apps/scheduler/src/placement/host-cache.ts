import { Inject, Injectable } from '@nestjs/common';
import type { Clock, ResourceClaim } from '@zun/domain';
import { CLOCK, HostStore, isServiceUp, toHostState, type ZunServiceRow } from '@zun/persistence';
import type { HostSnapshot } from '@zun/scheduling';
import { SCHEDULER_OPTIONS, type SchedulerOptions } from '../options.js';

/** Older than this, the snapshot is read again before it is used. Claims are refused by the database, never by an old snapshot. */
const FRESH_MS = 1_000;

/** Every host, in memory: placing reads no database as long as the snapshot is fresh. */
@Injectable()
export class HostCache {
  private hosts: HostSnapshot[] = [];
  private readAt = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(
    private readonly store: HostStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SCHEDULER_OPTIONS) private readonly options: SchedulerOptions,
  ) {}

  async snapshot(): Promise<readonly HostSnapshot[]> {
    if (this.clock.now() - this.readAt > FRESH_MS) await this.refresh();
    return this.hosts;
  }

  /** Reads all hosts again; callers at the same time share one read that begins after they asked. */
  async refresh(): Promise<void> {
    // A read that is under way may have begun before the caller's reason to refresh.
    await this.reading;
    this.reading ??= this.read().finally(() => (this.reading = null));
    await this.reading;
  }

  /** Counts a claim just made, until the next read shows it. */
  noteClaim(hostname: string, claim: ResourceClaim): void {
    this.hosts = this.hosts.map((host) =>
      host.inventory.hostname === hostname
        ? {
            ...host,
            claimed: {
              cpu: host.claimed.cpu + claim.cpu,
              memoryMib: host.claimed.memoryMib + claim.memoryMib,
              diskGib: host.claimed.diskGib + claim.diskGib,
            },
          }
        : host,
    );
  }

  private async read(): Promise<void> {
    const [nodes, services, pinned] = await Promise.all([this.store.all(), this.store.services(), this.store.pinnedCpus()]);
    const byHost = new Map(services.map((service) => [service.host, service]));
    this.hosts = nodes.flatMap((node) => {
      const service = byHost.get(node.hostname);
      return service ? [this.toSnapshot(toHostState(node), service, pinned)] : [];
    });
    this.readAt = this.clock.now();
  }

  private toSnapshot(
    { inventory, claimed, engineUp }: ReturnType<typeof toHostState>,
    service: ZunServiceRow,
    pinned: Awaited<ReturnType<HostStore['pinnedCpus']>>,
  ): HostSnapshot {
    return {
      inventory,
      claimed,
      isEngineUp: engineUp,
      isUp: isServiceUp(service, this.clock.now(), this.options.serviceDownTimeS),
      isDisabled: service.disabled === 1,
      pinnedCpus: pinned.filter(({ hostname }) => hostname === inventory.hostname),
      availabilityZone: service.availability_zone ?? this.options.defaultAvailabilityZone,
    };
  }
}
