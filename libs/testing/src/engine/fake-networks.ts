import type { NetworkAttachment } from '@zun/driver-api';
import { conflict, noNetwork } from './fake-refusals.js';
import { isLive, type FakeContainer, type FakeWorld } from './fake-world.js';

/** Puts a container on a network that it is not on yet. */
export function connect(world: FakeWorld, container: FakeContainer, { networkName, ipv4 }: NetworkAttachment): void {
  if (world.networks?.has(networkName) === false) throw noNetwork(networkName);
  if (container.networkNames.includes(networkName)) return;
  if (ipv4 && isTaken(world, networkName, ipv4)) throw conflict('Address already in use');
  container.networkNames.push(networkName);
  if (ipv4) container.fixedIps.set(networkName, ipv4);
}

/** Takes a container off a network, whether it is on it or not. */
export function disconnect(container: FakeContainer, networkName: string): void {
  container.networkNames = container.networkNames.filter((name) => name !== networkName);
  container.fixedIps.delete(networkName);
}

function isTaken({ containers }: FakeWorld, networkName: string, address: string): boolean {
  return [...containers.values()].some((other) => isLive(other) && other.fixedIps.get(networkName) === address);
}
