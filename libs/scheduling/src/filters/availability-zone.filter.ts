import type { Filter } from '../filter.js';

/** A requested zone must be the host's. */
export const availabilityZoneFilter: Filter = {
  name: 'AvailabilityZoneFilter',
  reason: 'is in another availability zone',
  hostPasses: (host, demand) => demand.availabilityZone === null || host.availabilityZone === demand.availabilityZone,
};
