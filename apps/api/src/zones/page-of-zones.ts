import { DomainError } from '@zun/domain';
import type { Page } from '../http/paging.js';

/**
 * A page of zones; there are few. That of agents without a zone (null) comes last in both directions, so that every other one can be a
 * marker.
 * @throws DomainError of class not-found for a marker that is no zone
 */
export function pageOfZones(
  zones: readonly (string | null)[],
  { marker, descending, limit }: Pick<Page, 'marker' | 'descending' | 'limit'>,
): (string | null)[] {
  const named = zones.filter((zone) => zone !== null).sort();
  if (descending) named.reverse();
  const all = named.length === zones.length ? named : [...named, null];
  if (marker === null) return all.slice(0, limit);
  const at = all.indexOf(marker);
  if (at === -1) {
    throw new DomainError('not-found', 'availability-zone-not-found', `Availability zone ${marker} could not be found.`);
  }
  return all.slice(at + 1, at + 1 + limit);
}
