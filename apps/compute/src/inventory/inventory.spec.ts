import { makeConfig } from '@zun/config';
import { hostReport } from '@zun/contracts';
import { describe, expect, it } from 'vitest';
import { Harness, makeOptions } from '../compute.harness.js';
import { computeOptions } from '../options.js';
import { HostReporter } from './host-reporter.js';
import { toInventory, type Measured } from './inventory.js';
import { readMemory } from './measure.js';

const MEASURED: Measured = {
  engine: {
    ...{ engineVersion: '1', cpus: 4, memoryBytes: 0, architecture: 'x86_64', osType: 'linux', os: 'L', kernelVersion: '6' },
    ...{ labels: { rack: 'r1' }, runtimes: ['runc'], containers: 3, rootDir: '/', diskQuotaSupported: false },
  },
  memory: { totalMib: 8000, availableMib: 6000 },
  diskGib: 100.7,
};

describe('inventory', () => {
  it('is what was measured, the disk less what is kept for images', () => {
    expect(toInventory(MEASURED, makeOptions())).toMatchObject({
      ...{ hostname: 'host-a', cpus: 4, memTotalMib: 8000, memAvailableMib: 6000, diskTotalGib: 80, totalContainers: 3 },
      limits: { cpu: 4, memoryMib: 8000, diskGib: 80 },
    });
  });
  it('limits claims to (total - reserved) x ratio', () => {
    const inventory = {
      cpu: { total: null, reserved: 1, ratio: 16 },
      memoryMib: { total: null, reserved: 512, ratio: 1.5 },
      diskGib: { total: null, reserved: 30, ratio: 1 },
      ...{ reserveDiskForImages: 0.2, floatingCpus: null, labels: {} },
    };
    const { limits } = toInventory(MEASURED, makeOptions({ inventory }));
    expect(limits).toEqual({ cpu: 48, memoryMib: 11232, diskGib: 50 });
  });
  it('never offers less than nothing', () => {
    const policy = { total: null, reserved: 1_000_000, ratio: 1 };
    const inventory = {
      cpu: policy,
      memoryMib: policy,
      diskGib: policy,
      reserveDiskForImages: 0,
      floatingCpus: null,
      labels: {},
    };
    expect(toInventory(MEASURED, makeOptions({ inventory })).limits).toEqual({ cpu: 0, memoryMib: 0, diskGib: 0 });
  });
  it("offers what it is told to, with labels of its own besides the engine's", () => {
    const inventory = {
      cpu: { total: 2, reserved: 0, ratio: 1 },
      memoryMib: { total: 1024, reserved: 0, ratio: 1 },
      diskGib: { total: 10, reserved: 0, ratio: 1 },
      ...{ reserveDiskForImages: 0.2, floatingCpus: null, labels: { zone: 'left', rack: 'r2' } },
    };
    expect(toInventory(MEASURED, makeOptions({ inventory }))).toMatchObject({
      ...{ cpus: 2, memTotalMib: 1024, memAvailableMib: 1024, diskTotalGib: 10 },
      labels: { rack: 'r2', zone: 'left' },
      limits: { cpu: 2, memoryMib: 1024, diskGib: 10 },
    });
  });
  it('reads memory from the kernel, in MiB rounded down', () => {
    const text = 'MemTotal:       24684092 kB\nMemFree:        1 kB\nMemAvailable:   23000000 kB\n';
    expect(readMemory(text)).toEqual({ totalMib: 24105, availableMib: 22460 });
  });
});

describe('options', () => {
  it("are Zun's by default", () => {
    expect(computeOptions(makeConfig())).toMatchObject({
      ...{
        host: 'test-host',
        defaultRuntime: 'runc',
        memorySwap: -1,
        executeTimeoutMs: 5000,
        relistMs: 60_000,
        heartbeatMs: 10_000,
      },
      inventory: {
        cpu: { total: null, reserved: 0, ratio: 16 },
        memoryMib: { total: null, reserved: 512, ratio: 1.5 },
        diskGib: { total: null, reserved: 0, ratio: 1 },
      },
    });
  });
  it('come from the file', () => {
    const compute = { labels: 'a=1,b', total_cpus: 2, cpu_allocation_ratio: 2, reserved_host_disk_mb: 1025 };
    const options = computeOptions(
      makeConfig({ compute, DEFAULT: { sync_container_state_interval: -1 }, docker: { default_registry: 'r.example' } }),
    );
    expect(options.relistMs).toBeNull();
    expect(options.defaultRegistry).toEqual({ domain: 'r.example', credentials: null });
    expect(options.inventory).toMatchObject({ labels: { a: '1', b: '' }, cpu: { total: 2, ratio: 2 }, diskGib: { reserved: 2 } });
  });
});

describe('host reporter', () => {
  it('reports at once and then regularly', async () => {
    const harness = await Harness.start();
    void harness.get(HostReporter).run();
    await harness.clock.advance(1);
    await expect.poll(() => harness.transport.of(hostReport).length).toBeGreaterThan(0);
    const before = harness.transport.of(hostReport).length;
    await harness.clock.advance(10_000);
    await expect.poll(() => harness.transport.of(hostReport).length).toBe(before + 1);
    expect(harness.transport.of(hostReport).at(-1)).toMatchObject({ engineUp: true, inventory: { cpus: 4 } });
  });
  it('keeps what it knows while the engine is away, and says that it is', async () => {
    const harness = await Harness.start();
    await harness.get(HostReporter).report();
    harness.world.goDown();
    await harness.get(HostReporter).report();
    await expect.poll(() => harness.transport.of(hostReport).at(-1)?.engineUp).toBe(false);
    expect(harness.transport.of(hostReport).at(-1)!.inventory).toMatchObject({ cpus: 4 });
  });
  it('knows nothing of an engine that has never answered', async () => {
    const harness = await Harness.start();
    harness.world.goDown();
    await harness.get(HostReporter).report();
    await expect.poll(() => harness.transport.of(hostReport).at(-1)).toMatchObject({ engineUp: false, inventory: null });
  });
});
