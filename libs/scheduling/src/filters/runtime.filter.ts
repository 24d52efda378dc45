import type { Filter } from '../filter.js';

/** A requested runtime must be one of the host's. */
export const runtimeFilter: Filter = {
  name: 'RuntimeFilter',
  reason: 'does not have the runtime',
  hostPasses: (host, demand) => demand.runtime === null || host.inventory.runtimes.includes(demand.runtime),
};
