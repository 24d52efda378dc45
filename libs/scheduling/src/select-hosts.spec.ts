import { describe, expect, it } from 'vitest';
import { filtersByName } from './filters/registry.js';
import type { HostSnapshot, PlacementDemand } from './host-snapshot.js';
import { selectHosts } from './select-hosts.js';

type HostChange = Partial<Omit<HostSnapshot, 'inventory'>> & { inventory?: Partial<HostSnapshot['inventory']> };

function makeHost(hostname: string, change: HostChange = {}): HostSnapshot {
  return {
    claimed: { cpu: 0, memoryMib: 0, diskGib: 0 },
    isUp: true,
    isDisabled: false,
    isEngineUp: true,
    availabilityZone: 'nova',
    pinnedCpus: [],
    ...change,
    inventory: {
      hostname,
      cpus: 4,
      memTotalMib: 4096,
      memAvailableMib: 4096,
      diskTotalGib: 100,
      diskQuotaSupported: true,
      totalContainers: 0,
      architecture: 'x86_64',
      osType: 'linux',
      os: 'Debian',
      kernelVersion: '6',
      labels: {},
      runtimes: ['runc'],
      enableCpuPinning: false,
      limits: { cpu: 4, memoryMib: 4096, diskGib: 100 },
      ...change.inventory,
    },
  };
}

const makeDemand = (change: Partial<PlacementDemand> = {}): PlacementDemand => ({
  claim: { cpu: 1, memoryMib: 512, diskGib: 0 },
  cpuPolicy: 'shared',
  volumeHosts: [],
  runtime: null,
  availabilityZone: null,
  host: null,
  imageHost: null,
  hints: {},
  ...change,
});

const TOPOLOGY = { nodes: [{ id: 0, cpus: [1], memTotalMib: 4096 }], floating: [0] };
const PINNING = { enableCpuPinning: true, cpuTopology: TOPOLOGY };
const PIN = { cpu: 1, node: 0, container: 'c', memoryMib: 64 };

const ALL = filtersByName([
  'AvailabilityZoneFilter',
  'ComputeFilter',
  'RuntimeFilter',
  'LabelFilter',
  'CPUFilter',
  'RamFilter',
  'DiskFilter',
]);
const namesOf = (hosts: readonly HostSnapshot[]): string[] => hosts.map(({ inventory }) => inventory.hostname);

describe('a host is left out', () => {
  it.each<[string, HostChange, Partial<PlacementDemand>, RegExp]>([
    ['when its agent is down', { isUp: false }, {}, /down or disabled/],
    ['when it is disabled', { isDisabled: true }, {}, /down or disabled/],
    ['when its engine does not answer', { isEngineUp: false }, {}, /down or disabled/],
    ['when it is in another zone', {}, { availabilityZone: 'east' }, /zone/],
    ['when it lacks the runtime', {}, { runtime: 'kata' }, /runtime/],
    ['when a label differs', { inventory: { labels: { disk: 'hdd' } } }, { hints: { 'label:disk': 'ssd' } }, /labels/],
    ['when a label is missing', {}, { hints: { 'label:disk': 'ssd' } }, /labels/],
    ['when cpu is claimed', { claimed: { cpu: 3.5, memoryMib: 0, diskGib: 0 } }, {}, /cpu/],
    ['when memory is claimed', { claimed: { cpu: 0, memoryMib: 4000, diskGib: 0 } }, {}, /memory/],
    [
      'when disk is claimed',
      { claimed: { cpu: 0, memoryMib: 0, diskGib: 95 } },
      { claim: { cpu: 0, memoryMib: 0, diskGib: 10 } },
      /disk/,
    ],
    [
      'when it cannot limit disks',
      { inventory: { diskQuotaSupported: false } },
      { claim: { cpu: 0, memoryMib: 0, diskGib: 1 } },
      /disk/,
    ],
    ['when a volume is elsewhere', {}, { volumeHosts: ['b'] }, /volumes/],
    ['when it dedicates no cores', {}, { cpuPolicy: 'dedicated' }, /dedicate/],
    ['when its cores are given', { inventory: PINNING, pinnedCpus: [PIN] }, { cpuPolicy: 'dedicated' }, /dedicate/],
    ['when it has none to share', { inventory: { ...PINNING, cpuTopology: { ...TOPOLOGY, floating: [] } } }, {}, /share/],
    ['when another host is asked for', {}, { host: 'b' }, /requested/],
    ['when another host has the image', {}, { imageHost: 'b' }, /image/],
  ])('%s', (_rule, host, demand, reason) => {
    const { hosts, refusals } = selectHosts([makeHost('a', host)], makeDemand(demand), ALL);
    expect(hosts).toEqual([]);
    expect(refusals['a']).toMatch(reason);
  });
});

describe('a host is taken', () => {
  it.each<[string, HostChange, Partial<PlacementDemand>]>([
    ['that fits exactly', { claimed: { cpu: 3, memoryMib: 3584, diskGib: 0 } }, {}],
    ['whose other hints mean nothing here', {}, { hints: { group: 'x' } }],
    ['that has the label', { inventory: { labels: { disk: 'ssd' } } }, { hints: { 'label:disk': 'ssd' } }],
    ['that has the volumes', {}, { volumeHosts: ['a'] }],
    ['that has a core to dedicate', { inventory: PINNING }, { cpuPolicy: 'dedicated' }],
    ['whose other cores are shared', { inventory: PINNING, pinnedCpus: [PIN] }, {}],
    ['in the zone', {}, { availabilityZone: 'nova' }],
  ])('%s', (_rule, host, demand) => {
    expect(namesOf(selectHosts([makeHost('a', host)], makeDemand(demand), ALL).hosts)).toEqual(['a']);
  });
});

it('never takes a host over its limits, whatever is enabled', () => {
  const host = makeHost('a', { inventory: { limits: { cpu: 0.5, memoryMib: 4096, diskGib: 0 } } });
  expect(selectHosts([host], makeDemand(), []).hosts).toEqual([]);
});

it('prefers the host with the greatest share left, then the first by name', () => {
  const full = makeHost('a', { claimed: { cpu: 2, memoryMib: 0, diskGib: 0 } });
  const big = makeHost('c', { inventory: { limits: { cpu: 8, memoryMib: 8192, diskGib: 0 } } });
  expect(namesOf(selectHosts([full, makeHost('d'), makeHost('b'), big], makeDemand(), ALL).hosts)).toEqual(['c', 'b', 'd', 'a']);
});

it('names the filters there are when one is unknown', () => {
  expect(() => filtersByName(['RamFilter', 'NoSuchFilter'])).toThrow(/NoSuchFilter.*RamFilter/);
});
