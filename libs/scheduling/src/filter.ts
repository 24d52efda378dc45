import type { HostSnapshot, PlacementDemand } from './host-snapshot.js';

/** One rule about hosts. */
export interface Filter {
  /** The name that `[scheduler] enabled_filters` uses. */
  readonly name: string;
  /** Why a host that does not pass is left out; for the log. */
  readonly reason: string;
  hostPasses(host: HostSnapshot, demand: PlacementDemand): boolean;
}
