import type { Filter } from '../filter.js';
import { freeResources } from '../host-snapshot.js';

/**
 * What is left of the host's limits must suffice. Always applied, whatever is enabled: the claim would be refused otherwise.
 * Limits are (total − reserved) × allocation ratio, as in Placement.
 */
export const capacityFilter: Filter = {
  name: 'CapacityFilter',
  reason: 'has not enough free cpu, memory or disk',
  hostPasses: (host, { claim }) => {
    const free = freeResources(host);
    return claim.cpu <= free.cpu + 1e-6 && claim.memoryMib <= free.memoryMib && claim.diskGib <= free.diskGib;
  },
};

/** A requested disk needs a host that can enforce it. */
export const diskQuotaFilter: Filter = {
  name: 'DiskQuotaFilter',
  reason: 'cannot limit the disk of a container',
  hostPasses: (host, { claim }) => claim.diskGib === 0 || host.inventory.diskQuotaSupported,
};

/** Zun's stricter rule: cpu without overcommit. */
export const cpuFilter: Filter = {
  name: 'CPUFilter',
  reason: 'has not enough free cpu',
  hostPasses: ({ inventory, claimed }, { claim }) => claim.cpu === 0 || inventory.cpus - claimed.cpu + 1e-6 >= claim.cpu,
};

/** Zun's stricter rule: memory without overcommit. */
export const ramFilter: Filter = {
  name: 'RamFilter',
  reason: 'has not enough free memory',
  hostPasses: ({ inventory, claimed }, { claim }) =>
    claim.memoryMib === 0 || inventory.memTotalMib - claimed.memoryMib >= claim.memoryMib,
};

/** Zun's stricter rule: disk without overcommit, on hosts that can enforce it. */
export const diskFilter: Filter = {
  name: 'DiskFilter',
  reason: 'has not enough free disk',
  hostPasses: ({ inventory, claimed }, { claim }) =>
    claim.diskGib === 0 || (inventory.diskQuotaSupported && inventory.diskTotalGib - claimed.diskGib >= claim.diskGib),
};
