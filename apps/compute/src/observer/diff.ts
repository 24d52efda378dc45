import type { Sighting } from './sightings.js';

/** @returns of what was seen now, that which differs from what was reported; the age of a state is no difference */
export function changed(reported: ReadonlyMap<string, Sighting>, seen: readonly Sighting[]): Sighting[] {
  return seen.filter((now) => {
    const before = reported.get(now.uuid);
    if (!before) return now.container !== null;
    return now.version > before.version && JSON.stringify(now.container) !== JSON.stringify(before.container);
  });
}

/** @returns the containers that were reported before the list was made and are not in it */
export function vanished(reported: ReadonlyMap<string, Sighting>, seen: readonly Sighting[], listedAt: number): string[] {
  const there = new Set(seen.map(({ uuid }) => uuid));
  return [...reported.values()].filter(({ uuid, version }) => version < listedAt && !there.has(uuid)).map(({ uuid }) => uuid);
}
