import type { Filter } from './filter.js';
import { capacityFilter, diskQuotaFilter } from './filters/capacity.filters.js';
import { cpuSetFilter } from './filters/cpu-set.filter.js';
import { volumeFilter } from './filters/volume.filter.js';
import type { HostSnapshot, PlacementDemand } from './host-snapshot.js';
import { freeShareAfter } from './weighers/free-share.weigher.js';

const requestedHostFilter: Filter = {
  name: 'RequestedHostFilter',
  reason: 'is not the requested host',
  hostPasses: (host, demand) => demand.host === null || host.inventory.hostname === demand.host,
};

/** An image that a tenant has committed is on the host of the container it was made of, and nowhere else. */
const committedImageFilter: Filter = {
  name: 'CommittedImageFilter',
  reason: 'does not have the image',
  hostPasses: (host, demand) => demand.imageHost === null || host.inventory.hostname === demand.imageHost,
};

/** Rules that hold whatever an operator enables. */
const ALWAYS: readonly Filter[] = [
  requestedHostFilter,
  committedImageFilter,
  volumeFilter,
  diskQuotaFilter,
  capacityFilter,
  cpuSetFilter,
];

export interface Selection {
  /** Hosts that pass every filter, the best first; hosts of equal weight by name. */
  readonly hosts: readonly HostSnapshot[];
  /** Why each other host was left out: host name → reason of the first filter it did not pass. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** Chooses where something may go. Pure: the same hosts and demand give the same answer. */
export function selectHosts(hosts: readonly HostSnapshot[], demand: PlacementDemand, filters: readonly Filter[]): Selection {
  const refusals: Record<string, string> = {};
  const passing = hosts.filter((host) => {
    const refusing = [...filters, ...ALWAYS].find((filter) => !filter.hostPasses(host, demand));
    if (refusing) refusals[host.inventory.hostname] = refusing.reason;
    return !refusing;
  });
  const weighed = passing.map((host) => ({ host, weight: freeShareAfter(host, demand) }));
  weighed.sort((a, b) => b.weight - a.weight || a.host.inventory.hostname.localeCompare(b.host.inventory.hostname));
  return { hosts: weighed.map(({ host }) => host), refusals };
}
