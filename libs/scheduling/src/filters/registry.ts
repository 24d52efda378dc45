import type { Filter } from '../filter.js';
import { availabilityZoneFilter } from './availability-zone.filter.js';
import { cpuFilter, diskFilter, ramFilter } from './capacity.filters.js';
import { computeFilter } from './compute.filter.js';
import { cpuSetFilter } from './cpu-set.filter.js';
import { labelFilter } from './label.filter.js';
import { runtimeFilter } from './runtime.filter.js';

const AVAILABLE: readonly Filter[] = [
  availabilityZoneFilter,
  computeFilter,
  runtimeFilter,
  labelFilter,
  cpuFilter,
  ramFilter,
  diskFilter,
  cpuSetFilter,
];

/** @throws Error naming what there is, for a name that is none of it */
export function filtersByName(names: readonly string[]): Filter[] {
  return names.map((name) => {
    const filter = AVAILABLE.find((candidate) => candidate.name === name);
    if (!filter) throw new Error(`unknown filter ${name}; there are ${AVAILABLE.map((known) => known.name).join(', ')}`);
    return filter;
  });
}
