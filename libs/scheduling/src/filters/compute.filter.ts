import type { Filter } from '../filter.js';

/** The agent must be up and enabled, and its engine must answer. */
export const computeFilter: Filter = {
  name: 'ComputeFilter',
  reason: 'is down or disabled',
  hostPasses: (host) => host.isUp && !host.isDisabled && host.isEngineUp,
};
