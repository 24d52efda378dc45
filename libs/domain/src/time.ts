/**
 * Stored times: UTC as fixed-width text `YYYY-MM-DD HH:MM:SS.ffffff`. Text of that form sorts as time does, is the same on every
 * database, and needs no parsing on the way to a tenant.
 */
export type UtcTime = string;

/** @param ms milliseconds since the epoch */
export function toUtcTime(ms: number): UtcTime {
  return `${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}000`;
}

/** @returns milliseconds since the epoch */
export function fromUtcTime(time: UtcTime): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** Containers' form in the API: no zone, space between, the fraction only when there is one. */
export function formatContainerTime(time: UtcTime | null): string | null {
  return time === null ? null : time.replace(/\.0+$/, '');
}

/** Services', actions' and events' form in the API: `T` between, always six digits. */
export function formatServiceTime(time: UtcTime | null): string | null {
  return time === null ? null : time.replace(' ', 'T');
}
