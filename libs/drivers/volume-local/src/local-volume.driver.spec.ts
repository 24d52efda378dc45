import { FakeVolumeHost } from '@zun/testing';
import type { VolumeMount } from '@zun/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalVolumeDriver } from './local-volume.driver.js';

const USER = { uuid: 'c1', projectId: 'p1' };
const mount = (over: Partial<VolumeMount> = {}): VolumeMount => ({
  kind: 'volume',
  destination: '/data',
  volume: 'v1',
  isOwned: false,
  ...over,
});

describe('local volumes', () => {
  let engine: FakeVolumeHost;
  let driver: LocalVolumeDriver;
  beforeEach(() => {
    engine = new FakeVolumeHost();
    driver = new LocalVolumeDriver(engine, 'host-a');
  });

  it('are made once, however often they are attached', async () => {
    await driver.attach(mount(), USER);
    expect(await driver.attach(mount(), USER)).toEqual({ source: 'zun-v1', destination: '/data' });
    expect(await driver.list()).toEqual(['v1']);
  });

  it('stay when their container goes, unless they are its own', async () => {
    for (const isOwned of [false, true]) await driver.attach(mount({ volume: `owned-${isOwned}`, isOwned }), USER);
    for (const isOwned of [false, true]) await driver.detach(mount({ volume: `owned-${isOwned}`, isOwned }));
    expect(await driver.list()).toEqual(['owned-false']);
  });

  it('are those of this host alone, on an engine that several share', async () => {
    await driver.attach(mount(), USER);
    expect(await new LocalVolumeDriver(engine, 'host-b').list()).toEqual([]);
  });

  it('may be gone already when they are removed', async () => {
    await expect(driver.remove('never')).resolves.toBeUndefined();
  });
});
