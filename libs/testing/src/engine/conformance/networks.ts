import type { EngineContainer } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { makeSpec } from '../../make-spec.js';
import { named, type ConformanceContext } from './context.js';
import type { Lacks } from './engine-under-test.js';

/** Networks of a container, before and while it runs. */
export function describeNetworks(context: ConformanceContext, lacks: Lacks): void {
  const { run, look } = context;
  describe.skipIf(lacks.networks)(named('networks', lacks.networks), () => {
    const names = ({ networks }: EngineContainer): string[] => networks.map(({ networkName }) => networkName).sort();
    const net = (index: number) => ({ networkName: context.subject.networks[index]! });
    async function createOn(...networks: { networkName: string }[]): Promise<string> {
      const spec = makeSpec();
      context.made.add(spec.uuid);
      await context.engine.create(spec, { image: context.subject.image, networks, defaultRuntime: null });
      return spec.uuid;
    }
    it('are connected and disconnected while it runs, each also when it is so already', async () => {
      const uuid = await createOn(net(0));
      await context.engine.start(uuid);
      for (let times = 0; times < 2; times++) await context.engine.connect(uuid, net(1));
      const both = await look(uuid);
      expect(names(both)).toEqual([...context.subject.networks].sort());
      expect(both.networks.every(({ ipv4 }) => ipv4 !== null)).toBe(true);
      for (let times = 0; times < 2; times++) await context.engine.disconnect(uuid, context.subject.networks[0]);
      expect(names(await look(uuid))).toEqual([context.subject.networks[1]]);
    });
    it('are connected and disconnected before it has ever run, and stay so when it does', async () => {
      const uuid = await createOn(net(0));
      await context.engine.connect(uuid, net(1));
      await context.engine.disconnect(uuid, context.subject.networks[0]);
      await context.engine.start(uuid);
      await context.engine.restart(uuid, 0);
      expect(names(await look(uuid))).toEqual([context.subject.networks[1]]);
    });
    it('can be none at all, and then one again', async () => {
      const uuid = await createOn(net(0));
      await context.engine.start(uuid);
      await context.engine.disconnect(uuid, context.subject.networks[0]);
      await context.engine.restart(uuid, 0);
      expect(names(await look(uuid))).toEqual([]);
      await context.engine.connect(uuid, net(1));
      expect(names(await look(uuid))).toEqual([context.subject.networks[1]]);
    });
    it.skipIf(lacks.networkAfterNone)(named('can be added to one made without', lacks.networkAfterNone), async () => {
      const uuid = await run();
      await context.engine.connect(uuid, net(0));
      expect(names(await look(uuid))).toEqual([context.subject.networks[0]]);
    });
    const takenRule = 'refuses an address that is taken, and leaves the container as it was';
    it.skipIf(lacks.takenAddress)(named(takenRule, lacks.takenAddress), async () => {
      const taken = { ...net(1), ipv4: context.subject.address };
      await context.engine.start(await createOn(taken));
      const uuid = await createOn(net(0));
      await context.engine.start(uuid);
      await expect(context.engine.connect(uuid, taken)).rejects.toBeInstanceOf(EngineRefusedError);
      await context.engine.restart(uuid, 0);
      expect(names(await look(uuid))).toEqual([context.subject.networks[0]]);
    });
    it('gives the address that is asked for', async () => {
      const uuid = await createOn(net(0));
      await context.engine.start(uuid);
      await context.engine.connect(uuid, { ...net(1), ipv4: context.subject.address });
      const { networks } = await look(uuid);
      expect(networks.find(({ networkName }) => networkName === context.subject.networks[1])?.ipv4).toBe(context.subject.address);
    });
    it('refuses one that is not there', async () => {
      const uuid = await createOn(net(0));
      await expect(context.engine.connect(uuid, { networkName: 'no-such-network' })).rejects.toMatchObject({
        code: 'network-not-found',
      });
    });
  });
}
