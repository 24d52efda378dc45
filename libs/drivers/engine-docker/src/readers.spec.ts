import type Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import { chooseApiVersion } from './engine-client.js';
import { parseApiUrl } from './options.js';
import { LayerProgress, splitTag } from './pull.js';
import { readInfo, type InfoAnswer } from './read-info.js';
import { readStats } from './read-stats.js';

describe('API version', () => {
  it.each([
    ['1.41', '1.12', '1.41'],
    ['1.47', '1.24', '1.47'],
    ['1.52', '1.44', '1.47'],
    ['1.41', undefined, '1.41'],
  ])('of an engine that speaks up to %s and from %s: %s', (newest, oldest, chosen) => {
    expect(chooseApiVersion(newest, oldest)).toBe(chosen);
  });
  it('is refused when the engine no longer speaks any that is known', () => {
    expect(() => chooseApiVersion('1.60', '1.50')).toThrow('wants API 1.50 or newer');
  });
});

describe('engine address', () => {
  it.each([
    ['unix:///var/run/docker.sock', { socketPath: '/var/run/docker.sock' }],
    ['tcp://engine.example:2376', { host: 'engine.example', port: 2376 }],
    ['tcp://engine.example', { host: 'engine.example', port: 2375 }],
    ['tcp://[::1]:2375', { host: '::1', port: 2375 }],
  ])('%s', (url, address) => {
    expect(parseApiUrl(url)).toEqual(address);
  });
  it('anything else is refused', () => {
    expect(() => parseApiUrl('ssh://engine')).toThrow('not an engine address');
  });
});

describe('pull', () => {
  it.each([
    ['busybox:1.36', 'busybox', '1.36'],
    ['busybox', 'busybox', 'latest'],
    ['host:5000/a/b', 'host:5000/a/b', 'latest'],
    ['host:5000/a/b:c', 'host:5000/a/b', 'c'],
  ])('%s is %s and %s', (reference, repository, tag) => {
    expect(splitTag(reference)).toEqual({ repository, tag });
  });

  it('adds up its layers', () => {
    const layers = new LayerProgress();
    const downloading = (id: string, current: number, total: number): unknown =>
      layers.add({ id, status: 'Downloading', progressDetail: { current, total } });
    expect(layers.add({ status: 'Pulling from library/busybox', id: 'latest' })).toBeNull();
    expect(downloading('a', 10, 100)).toEqual({ currentBytes: 10, totalBytes: 100 });
    expect(downloading('b', 5, 50)).toEqual({ currentBytes: 15, totalBytes: 150 });
    expect(layers.add({ id: 'a', status: 'Download complete' })).toEqual({ currentBytes: 105, totalBytes: 150 });
    expect(layers.add({ id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 100 } })).toBeNull();
    expect(layers.add({ id: 'c', status: 'Already exists' })).toBeNull();
  });
});

describe('stats', () => {
  const base = {
    cpu_stats: { cpu_usage: { total_usage: 7 }, system_cpu_usage: 70 },
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'Read', value: 3 },
        { op: 'write', value: 4 },
        { op: 'read', value: 5 },
      ],
    },
  };
  const sample = (memory: object, over: object = {}): Dockerode.ContainerStats =>
    ({ ...base, memory_stats: memory, ...over }) as unknown as Dockerode.ContainerStats;

  it.each([
    ['v1', { total_inactive_file: 30, inactive_file: 1 }],
    ['v2', { inactive_file: 30 }],
  ])('of cgroup %s', (_, stats) => {
    expect(readStats(sample({ usage: 100, limit: 1000, stats }))).toEqual({
      ...{ cpuTotalUsage: 7, systemCpuUsage: 70, memoryUsageBytes: 100, memoryInactiveFileBytes: 30, memoryLimitBytes: 1000 },
      ...{ blockReadBytes: 8, blockWriteBytes: 4, netRxBytes: 11, netTxBytes: 22 },
    });
  });
  it('counts what is absent as 0', () => {
    const bare = readStats(sample({}, { networks: undefined, blkio_stats: { io_service_bytes_recursive: null } }));
    expect(bare).toMatchObject({ memoryUsageBytes: 0, blockReadBytes: 0, netRxBytes: 0 });
  });
});

describe('info', () => {
  const INFO: InfoAnswer = {
    ...{ ServerVersion: '1', NCPU: 2, MemTotal: 1, Architecture: 'x', OSType: 'linux', OperatingSystem: 'D', KernelVersion: '6' },
    ...{
      Labels: ['rack=r1', 'note=a=b', 'bare'],
      Runtimes: null,
      Containers: 0,
      DockerRootDir: '/var/lib/docker',
      Driver: 'overlay2',
    },
    DriverStatus: [['Backing Filesystem', 'xfs']],
  };
  const MOUNTS = '/dev/a / ext4 rw 0 0\n/dev/b /var/lib xfs rw,prjquota 0 0\n/dev/c /var/lib/other xfs rw 0 0';

  it('splits labels, and names a runtime when the engine does not', () => {
    expect(readInfo(INFO, '')).toMatchObject({ labels: { rack: 'r1', note: 'a=b', bare: '' }, runtimes: ['runc'] });
  });
  it.each<[string, Partial<InfoAnswer>, string, boolean]>([
    ['overlay2 on XFS with project quotas', {}, MOUNTS, true],
    ['overlay2 on XFS without', {}, MOUNTS.replace(',prjquota', ''), false],
    ['overlay2 on ext4', { DriverStatus: [['Backing Filesystem', 'extfs']] }, MOUNTS, false],
    ['btrfs', { Driver: 'btrfs' }, '', true],
    ['vfs', { Driver: 'vfs' }, MOUNTS, false],
  ])('disk quota: %s', (_, over, mounts, expected) => {
    expect(readInfo({ ...INFO, ...over }, mounts).diskQuotaSupported).toBe(expected);
  });
});
