import type { Filter } from '../filter.js';

const PREFIX = 'label:';

/** Every hint `label:<name>` must be a label of the host with the same value. */
export const labelFilter: Filter = {
  name: 'LabelFilter',
  reason: 'does not have the labels',
  hostPasses: (host, demand) =>
    Object.entries(demand.hints)
      .filter(([hint]) => hint.startsWith(PREFIX))
      .every(([hint, value]) => host.inventory.labels[hint.slice(PREFIX.length)] === value),
};
