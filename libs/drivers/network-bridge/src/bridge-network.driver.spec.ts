import { LABEL_PROJECT } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { FakeClock, FakeNetworkHost, makeSpec } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { BridgeNetworkDriver } from './bridge-network.driver.js';

describe('bridge networks', () => {
  let host: FakeNetworkHost;
  let driver: BridgeNetworkDriver;
  const makeDriver = (): BridgeNetworkDriver => new BridgeNetworkDriver(host, { localSubnets: async () => [] });

  beforeEach(() => {
    host = new FakeNetworkHost();
    driver = makeDriver();
  });

  describe('prepare', () => {
    it('makes one network for all containers of a project, also when they come at once', async () => {
      const specs = [makeSpec(), makeSpec(), makeSpec()];
      const attachments = await Promise.all(specs.map((spec) => driver.prepare(spec)));
      expect(attachments).toEqual(specs.map(() => [{ networkName: 'zun-p1' }]));
      expect(host.networks.map(({ name, labels }) => [name, labels])).toEqual([['zun-p1', { [LABEL_PROJECT]: 'p1' }]]);
    });
    it('never puts two projects on one network or subnet', async () => {
      const projects = Array.from({ length: 40 }, (_, index) => `project-${index}`);
      for (const projectId of projects) await driver.prepare(makeSpec({ projectId }));
      expect(new Set(host.networks.flatMap(({ subnets }) => subnets)).size).toBe(40);
    });
    it('takes the network that another service on the engine made meanwhile', async () => {
      host.beforeCreate = () => host.add('zun-p1', { [LABEL_PROJECT]: 'p1' }, '10.200.9.0/24');
      await driver.prepare(makeSpec());
      expect(host.networks.map(({ name }) => name)).toEqual(['zun-p1']);
    });
    it('tries another subnet when the one it chose is taken meanwhile', async () => {
      host.refuseSubnets = 2;
      const clock = new FakeClock();
      driver = new BridgeNetworkDriver(host, { localSubnets: async () => [], clock });
      const preparing = driver.prepare(makeSpec());
      await clock.advance(10_000);
      await preparing;
      expect(host.networks).toHaveLength(1);
    });
    it('waits for the network of the service that took the subnet, when it is not there yet', async () => {
      host.refuseSubnets = 1;
      const clock = new FakeClock();
      driver = new BridgeNetworkDriver(host, { localSubnets: async () => [], clock });
      const preparing = driver.prepare(makeSpec());
      await clock.advance(200);
      host.add('zun-p1', { [LABEL_PROJECT]: 'p1' }, '10.200.9.0/24');
      await clock.advance(200);
      await preparing;
      expect(host.networks).toHaveLength(1);
    });
    it('says so when no subnet is left', async () => {
      driver = new BridgeNetworkDriver(host, { pool: '10.200.0.0/24', localSubnets: async () => ['10.200.0.128/25'] });
      await expect(driver.prepare(makeSpec())).rejects.toThrow('No subnet is free');
    });
    it('does not take a network of that name that is not ours', async () => {
      host.add('zun-p1', {}, '10.9.0.0/24');
      await expect(driver.prepare(makeSpec())).rejects.toBeInstanceOf(EngineRefusedError);
    });
  });

  describe('networks that were made for a project', () => {
    const wish = (network: string, over = {}) => makeSpec({ networks: [{ network }], ...over });

    it('are made when the first container is to be on them, with its fixed address', async () => {
      host.add('zun-p1', { [LABEL_PROJECT]: 'p1' }, '10.9.0.0/24');
      const networks = [{ network: 'net-1' }, { network: 'zun-p1', fixedIp: '10.9.0.7' }];
      const attachments = await driver.prepare(makeSpec({ networks }));
      expect(attachments).toEqual([{ networkName: 'zunnet-net-1' }, { networkName: 'zun-p1', ipv4: '10.9.0.7' }]);
      expect(host.networks.map(({ name }) => name).sort()).toEqual(['zun-p1', 'zunnet-net-1']);
      expect(new Set(host.networks.flatMap(({ subnets }) => subnets)).size).toBe(2);
    });
    it.each(['10.8.0.7', 'fd00::7'])('refuse the address %s, which they do not have', async (fixedIp) => {
      host.add('zunnet-net-1', { [LABEL_PROJECT]: 'p1' }, '10.9.0.0/24');
      const asking = driver.attach(makeSpec(), { network: 'net-1', fixedIp });
      await expect(asking).rejects.toThrow(`${fixedIp} is not within the network's subnet on this host, 10.9.0.0/24`);
    });
    it('are attached one by one, too, and kept for who was promised them', async () => {
      const spec = wish('net-1');
      expect(await driver.attach(spec, { network: 'net-2' })).toEqual({ networkName: 'zunnet-net-2' });
      await driver.sweep();
      await driver.sweep();
      expect(host.networks).toHaveLength(1);
      expect(await driver.detach(spec, { network: 'net-2' })).toBe('zunnet-net-2');
      await driver.sweep();
      await driver.sweep();
      expect(host.networks).toEqual([]);
    });
    it('are never what an engine or another project calls so', async () => {
      host.add('net-1', {}, '172.17.0.0/16');
      host.add('zun-p2', { [LABEL_PROJECT]: 'p2' }, '10.9.0.0/24');
      expect(await driver.prepare(makeSpec({ networks: [{ network: 'net-1' }, { network: 'zun-p2' }] }))).toEqual([
        { networkName: 'zunnet-net-1' },
        { networkName: 'zunnet-zun-p2' },
      ]);
      expect(host.networks.filter(({ labels }) => labels[LABEL_PROJECT] === 'p1')).toHaveLength(2);
    });
    it("do not take over what is left of another project's of the same id", async () => {
      host.add('zunnet-net-1', { [LABEL_PROJECT]: 'p2' }, '10.9.0.0/24');
      await driver.prepare(wish('net-1'));
      expect(host.networks.map(({ name, labels }) => [name, labels[LABEL_PROJECT]])).toEqual([['zunnet-net-1', 'p1']]);
    });
    it("refuse to come where another project's containers are", async () => {
      host.add('zunnet-net-1', { [LABEL_PROJECT]: 'p2' }, '10.9.0.0/24');
      host.inUse.add('zunnet-net-1');
      await expect(driver.prepare(wish('net-1'))).rejects.toThrow('in the way');
    });
    it('have no ports', async () => {
      const asking = driver.prepare(makeSpec({ networks: [{ network: 'net-1', port: 'a' }] }));
      await expect(asking).rejects.toMatchObject({ errorClass: 'invalid' });
    });
  });

  describe('sweep', () => {
    const sweepTwice = async (by = driver): Promise<void> => {
      await by.sweep();
      await by.sweep();
    };

    it('removes the network a while after the last container has let go', async () => {
      const [first, second] = [makeSpec(), makeSpec()];
      await driver.prepare(first);
      await driver.prepare(second);
      await driver.release(first);
      await sweepTwice();
      expect(host.networks).toHaveLength(1);
      await driver.release(second);
      await driver.sweep();
      expect(host.networks).toHaveLength(1);
      await driver.sweep();
      expect(host.networks).toEqual([]);
    });
    it('spares what was used again between two sweeps', async () => {
      const [first, second] = [makeSpec(), makeSpec()];
      await driver.prepare(first);
      await driver.release(first);
      await driver.sweep();
      await driver.prepare(second);
      await sweepTwice();
      expect(host.networks).toHaveLength(1);
    });
    it('removes what an earlier process left, but not what has containers', async () => {
      await driver.prepare(makeSpec({ projectId: 'p1' }));
      await driver.prepare(makeSpec({ projectId: 'p2' }));
      host.inUse.add('zun-p2');
      await sweepTwice(makeDriver());
      expect(host.networks.map(({ name }) => name)).toEqual(['zun-p2']);
    });
    it('touches no other network', async () => {
      host.add('bridge', {}, '172.17.0.0/16');
      host.add('mine', { [LABEL_PROJECT]: 'p1' }, '10.9.0.0/24');
      await sweepTwice();
      expect(host.networks).toHaveLength(2);
    });
    it('tolerates that one is in use after all', async () => {
      const spec = makeSpec();
      await driver.prepare(spec);
      await driver.release(spec);
      host.refuseRemoval = true;
      await sweepTwice();
      expect(host.networks).toHaveLength(1);
    });
  });

  it('describes the addresses of a running container, by network', () => {
    const endpoint = { networkId: 'n1', networkName: 'zun-p1', endpointId: 'e1', ipv4: '10.200.0.2', ipv6: null };
    const idle = { ...endpoint, networkId: '', endpointId: '', ipv4: null };
    const address = { addr: '10.200.0.2', version: 4, port: 'e1', subnet_id: null, preserve_on_delete: false };
    expect(driver.describe({ uuid: 'a' }, [endpoint, idle])).toEqual({ 'zun-p1': [address] });
    expect(driver.describe({ uuid: 'a' }, [{ ...endpoint, networkName: 'zunnet-net-1' }])).toEqual({ 'net-1': [address] });
  });
});
