import { Microversion, type Address } from '@zun/domain';
import { expect, it } from 'vitest';
import { formatNetworks } from './format-networks.js';

const address = (addr: string, version: 4 | 6, port: string): Address => ({
  addr,
  version,
  port,
  subnet_id: null,
  preserve_on_delete: false,
});
const ADDRESSES = {
  one: [address('10.0.0.2', 4, 'p1'), address('fd00::2', 6, 'p1')],
  two: [address('10.0.1.2', 4, 'p2')],
};

it('has an entry for each address up to version 1.17', () => {
  expect(formatNetworks(ADDRESSES, Microversion.of('1.17'))).toEqual([
    { net_id: 'one', port_id: 'p1', subnet_id: null, version: 4, ip_address: '10.0.0.2' },
    { net_id: 'one', port_id: 'p1', subnet_id: null, version: 6, ip_address: 'fd00::2' },
    { net_id: 'two', port_id: 'p2', subnet_id: null, version: 4, ip_address: '10.0.1.2' },
  ]);
});

it('has an entry for each port since version 1.18', () => {
  expect(formatNetworks(ADDRESSES, Microversion.of('1.18'))).toEqual([
    {
      net_id: 'one',
      port_id: 'p1',
      fixed_ips: [
        { subnet_id: null, version: 4, ip_address: '10.0.0.2' },
        { subnet_id: null, version: 6, ip_address: 'fd00::2' },
      ],
    },
    { net_id: 'two', port_id: 'p2', fixed_ips: [{ subnet_id: null, version: 4, ip_address: '10.0.1.2' }] },
  ]);
});
