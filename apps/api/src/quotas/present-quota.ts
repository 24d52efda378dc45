import type { QuotaAmounts } from '@zun/persistence';

/** As the API names what a quota counts. */
const NAMES = [
  ['containers', 'containers'],
  ['memory', 'memoryMib'],
  ['cpu', 'cpu'],
  ['disk', 'diskGib'],
] as const;

/** `{"containers":40,…}` */
export function presentLimits(limits: QuotaAmounts): string {
  return JSON.stringify(Object.fromEntries(NAMES.map(([name, key]) => [name, limits[key]])));
}

/** `{"containers":{"limit":40,"in_use":0.0},…}`; nothing in use is Zun's `0.0`, which clients print. */
export function presentUsages(limits: QuotaAmounts, usage: QuotaAmounts): string {
  const entries = NAMES.map(([name, key]) => {
    const inUse = usage[key] === 0 ? '0.0' : String(usage[key]);
    return `"${name}":{"limit":${limits[key]},"in_use":${inUse}}`;
  });
  return `{${entries.join(',')}}`;
}
