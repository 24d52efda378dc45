import { DockerEngine } from '@zun/engine-docker';
import { BridgeNetworkDriver } from '@zun/network-bridge';
import { makeSpec } from '@zun/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerSocket, ensureBusybox, IMAGE } from './real-engine.js';

describe('bridge networks on a real engine', () => {
  const apiUrl = dockerSocket();
  const engine = new DockerEngine({ apiUrl, host: 'bridge-test' });
  const drivers = [new BridgeNetworkDriver(engine.networks), new BridgeNetworkDriver(engine.networks)] as const;
  const [driver] = drivers;
  const projectId = randomUUID();
  const specs = [makeSpec({ projectId }), makeSpec({ projectId })] as const;

  beforeAll(() => ensureBusybox(apiUrl));
  afterAll(async () => {
    for (const spec of specs) await engine.remove(spec.uuid, true);
    for (const spec of specs) await driver.release(spec);
    for (let round = 0; round < 2; round++) await driver.sweep();
  });

  it('makes one network when two services ask at once', async () => {
    const attachments = await Promise.all([drivers[0].prepare(specs[0]), drivers[1].prepare(specs[1])]);
    expect(attachments[0]).toEqual(attachments[1]);
    const made = (await engine.networks.listNetworks()).filter(({ name }) => name === `zun-${projectId}`);
    expect(made).toHaveLength(1);
  });

  it('puts containers on it, and tells their addresses while they run', async () => {
    for (const spec of specs) {
      const networks = await driver.prepare(spec);
      const created = await engine.create(spec, { image: IMAGE, networks, defaultRuntime: null });
      expect(driver.describe(spec, created.networks)).toEqual({});
      await engine.start(spec.uuid);
    }
    const { networks } = (await engine.inspect(specs[0].uuid))!;
    const [[networkId, addresses] = ['', []]] = Object.entries(driver.describe(specs[0], networks));
    expect(networkId).toBe(`zun-${projectId}`);
    expect(addresses).toEqual([expect.objectContaining({ version: 4, addr: expect.stringMatching(/^10\.20[0-3]\./) as string })]);
    const ping = { command: ['ping', '-c', '1', '-W', '2', addresses[0]!.addr], interactive: false, timeoutMs: 5000 };
    expect((await engine.exec(specs[1].uuid, ping)).exitCode).toBe(0);
  });

  it('keeps the network while a stopped container is on it, and removes it after the last', async () => {
    const name = `zun-${projectId}`;
    const sweepTwice = async (): Promise<void> => {
      for (const each of drivers) for (const spec of specs) await each.release(spec);
      for (let round = 0; round < 2; round++) await driver.sweep();
    };
    await engine.stop(specs[0].uuid, 0);
    await engine.remove(specs[1].uuid, true);
    await sweepTwice();
    expect(await engine.networks.findNetwork(name)).not.toBeNull();
    await engine.remove(specs[0].uuid, true);
    await sweepTwice();
    expect(await engine.networks.findNetwork(name)).toBeNull();
  });
});
