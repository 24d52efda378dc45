import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** @returns the IPv4 address of the interface with the default route, else of the first one that is not loopback, else 127.0.0.1 */
export function detectIpv4(): string {
  const interfaces = networkInterfaces();
  const candidates = [interfaces[defaultRouteInterface() ?? ''] ?? [], Object.values(interfaces).flatMap((all) => all ?? [])];
  const found = candidates.flat().find(({ family, internal }) => family === 'IPv4' && !internal);
  return found?.address ?? '127.0.0.1';
}

function defaultRouteInterface(): string | undefined {
  try {
    const routes = readFileSync('/proc/net/route', 'utf8').split('\n').slice(1);
    return routes.map((route) => route.split('\t')).find(([, destination]) => destination === '00000000')?.[0];
  } catch {
    return undefined; // not Linux: the first address will do
  }
}
