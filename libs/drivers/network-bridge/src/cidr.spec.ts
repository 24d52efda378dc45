import { describe, expect, it } from 'vitest';
import { formatCidr, overlaps, parseCidr } from './cidr.js';
import { readRoutes } from './local-subnets.js';
import { SubnetPool } from './subnet-pool.js';

describe('CIDRs', () => {
  it.each([
    ['10.200.0.0/14', '10.200.0.0/14'],
    ['10.201.2.3/24', '10.201.2.0/24'],
    ['255.255.255.255/32', '255.255.255.255/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is the range %s', (text, range) => {
    expect(formatCidr(parseCidr(text)!)).toBe(range);
  });
  it.each(['10.0.0.0', '10.0.0.0/33', '256.0.0.0/8', 'fd00::/8', ''])('%j is none', (text) => {
    expect(parseCidr(text)).toBeNull();
  });
  it.each([
    ['10.0.0.0/8', '10.1.2.0/24', true],
    ['10.1.2.0/24', '10.0.0.0/8', true],
    ['10.1.2.0/24', '10.1.3.0/24', false],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect(overlaps(parseCidr(a)!, parseCidr(b)!)).toBe(expected);
  });
  it('reads routes, the default route left out', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    ].join('\n');
    expect(readRoutes(table)).toEqual(['172.17.0.0/16']);
  });
});

describe('subnet pool', () => {
  const pool = new SubnetPool('10.200.0.0/22', 24);

  it('offers each subnet once, and the same first one to the same project', () => {
    const offered = [...pool.candidates('p1', [])];
    expect([...offered].sort()).toEqual(['10.200.0.0/24', '10.200.1.0/24', '10.200.2.0/24', '10.200.3.0/24']);
    expect([...pool.candidates('p1', [])]).toEqual(offered);
  });
  it('leaves out what overlaps anything taken', () => {
    expect([...pool.candidates('p1', ['10.200.0.0/23', '10.200.3.128/25', 'fd00::/64'])]).toEqual(['10.200.2.0/24']);
  });
  it.each([
    ['10.200.0.0/28', 24],
    ['10.200.0.0/14', 31],
    ['nonsense', 24],
  ])('refuses %s cut into /%i', (range, prefix) => {
    expect(() => new SubnetPool(range, prefix)).toThrow(/cannot be cut/);
  });
});
