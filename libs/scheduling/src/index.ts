export type { Filter } from './filter.js';
export { filtersByName } from './filters/registry.js';
export { freeResources, type HostSnapshot, type PlacementDemand } from './host-snapshot.js';
export { selectHosts, type Selection } from './select-hosts.js';
