import type { PullProgress } from '@zun/driver-api';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** For a tenant: `Pulling busybox:latest: 34% of 12.3 MiB`. */
export function pullText(image: string, { currentBytes, totalBytes }: PullProgress): string {
  if (totalBytes === 0) return `Pulling ${image}`;
  return `Pulling ${image}: ${Math.floor((currentBytes / totalBytes) * 100)}% of ${formatBytes(totalBytes)}`;
}

function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
