import type { HostSnapshot, PlacementDemand } from '../host-snapshot.js';
import { freeResources } from '../host-snapshot.js';

const share = (left: number, limit: number): number => (limit > 0 ? Math.max(0, left / limit) : 0);

/**
 * The share of a host's cpu and memory that would be left free, 0 to 1: the smaller of the two. The greatest wins, so
 * containers spread by what hosts have, and a host short of either is spared.
 */
export function freeShareAfter(host: HostSnapshot, { claim }: PlacementDemand): number {
  const free = freeResources(host);
  const { limits } = host.inventory;
  return Math.min(share(free.cpu - claim.cpu, limits.cpu), share(free.memoryMib - claim.memoryMib, limits.memoryMib));
}
