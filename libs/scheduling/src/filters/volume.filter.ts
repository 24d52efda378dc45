import type { Filter } from '../filter.js';

/** Volumes of a host's own disk are there and nowhere else. Always applied: the claim would be refused otherwise. */
export const volumeFilter: Filter = {
  name: 'VolumeFilter',
  reason: 'does not have the volumes',
  hostPasses: ({ inventory }, { volumeHosts }) => volumeHosts.every((host) => host === inventory.hostname),
};
