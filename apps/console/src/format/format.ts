const KIB = 1024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** @returns e.g. `1.5 MiB` */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= KIB && unit < UNITS.length - 1) [value, unit] = [value / KIB, unit + 1];
  return `${formatNumber(value)} ${UNITS[unit]}`;
}

export const formatMib = (mib: number): string => formatBytes(mib * KIB * KIB);

/** At most one digit behind the point, and none from 100 on. */
export function formatNumber(value: number): string {
  return String(value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
}

/** Times of the API are UTC, with or without saying so. */
export function parseTime(text: string): Date {
  const iso = text.includes('T') ? text : text.replace(' ', 'T');
  return new Date(/(Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`);
}

const STEPS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** @returns the largest unit of a time, e.g. `3 min`; less than a second is `0 s` */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  for (const [unit, length] of STEPS) if (seconds >= length) return `${Math.floor(seconds / length)} ${unit}`;
  return `${seconds} s`;
}

export const formatAge = (time: string, now: number): string => `${formatDuration(now - parseTime(time).getTime())} ago`;

/** In the reader's own zone and manner. */
export const formatTime = (time: string): string =>
  parseTime(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A command as one would type it. */
export function formatCommand(words: readonly string[] | null): string {
  return (words ?? []).map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
