import { Microversion, type Address, type Addresses } from '@zun/domain';

/** Since then there is one entry for each port, before one for each address. */
const BY_PORT_SINCE = Microversion.of('1.18');

/** A container's addresses as `network_list` shows them at a version. */
export function formatNetworks(addresses: Addresses, version: Microversion): Record<string, unknown>[] {
  const networks = Object.entries(addresses);
  if (version.isBefore(BY_PORT_SINCE)) {
    return networks.flatMap(([net_id, list]) => list.map((address) => ({ net_id, port_id: address.port, ...fixedIp(address) })));
  }
  return networks.flatMap(([net_id, list]) => {
    const ports = [...new Set(list.map(({ port }) => port))];
    return ports.map((port_id) => ({ net_id, port_id, fixed_ips: list.filter(({ port }) => port === port_id).map(fixedIp) }));
  });
}

function fixedIp({ subnet_id, version, addr }: Address): Record<string, unknown> {
  return { subnet_id, version, ip_address: addr };
}
