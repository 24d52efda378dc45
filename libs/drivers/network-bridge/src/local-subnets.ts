import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { formatCidr } from './cidr.js';

/** Ranges that this machine itself is in or has routes to, its default route left out: no network of ours may take them. */
export async function localSubnets(): Promise<string[]> {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ cidr }) => cidr ?? ''));
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '');
  return [...own, ...readRoutes(routes)].filter((cidr) => cidr !== '');
}

/** @param table the text of `/proc/net/route`: addresses and masks in hexadecimal, lowest byte first */
export function readRoutes(table: string): string[] {
  const rows = table.trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, destination = '', , , , , , mask = ''] = row.split(/\s+/);
    const prefix = countBits(Number.parseInt(mask, 16));
    return prefix === 0 || !destination ? [] : [formatCidr({ first: swapBytes(Number.parseInt(destination, 16)), prefix })];
  });
}

function swapBytes(word: number): number {
  return [0, 8, 16, 24].reduce((sum, shift) => sum * 256 + (Math.floor(word / 2 ** shift) % 256), 0);
}

function countBits(word: number): number {
  return Number.isNaN(word) ? 0 : word.toString(2).replaceAll('0', '').length;
}
