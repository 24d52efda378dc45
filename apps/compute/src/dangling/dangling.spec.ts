import { findUnplaced } from '@zun/contracts';
import { makeSpec, settle } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';
import { EngineHealth } from '../engine/engine-health.js';
import { Outbox } from '../reports/outbox.js';
import { DanglingSweep } from './dangling.js';

describe('sweep of dangling containers', () => {
  let harness: Harness;
  let sweep: DanglingSweep;
  let unplaced: string[];
  const put = async (): Promise<string> => {
    const spec = makeSpec();
    await harness.engine.create(spec, { image: 'busybox:latest', networks: [], defaultRuntime: null });
    harness.network.holders.add(spec.uuid);
    return spec.uuid;
  };
  const isThere = (uuid: string): boolean => harness.world.containers.has(uuid);

  beforeEach(async () => {
    harness = await Harness.start();
    sweep = harness.get(DanglingSweep);
    unplaced = [];
    harness.transport.answers.set(findUnplaced.type, () => ({ unplaced }));
    harness.get(EngineHealth).found();
    harness.get(Outbox).started();
    await settle();
  });

  it('removes with its network what nobody wants twice in a row', async () => {
    const [dangling, wanted] = [await put(), await put()];
    unplaced = [dangling];
    await sweep.round();
    expect(isThere(dangling)).toBe(true);
    await sweep.round();
    expect([isThere(dangling), isThere(wanted)]).toEqual([false, true]);
    expect(harness.network.holders.has(dangling)).toBe(false);
    expect(harness.network.sweeps).toBe(2);
  });

  it('spares what is wanted again in the second round', async () => {
    const uuid = await put();
    for (const answer of [[uuid], [], [uuid]]) {
      unplaced = answer;
      await sweep.round();
    }
    expect(isThere(uuid)).toBe(true);
  });

  it('spares what a worker has', async () => {
    const message = makeAction('create', { params: { run: true } });
    harness.engine.faults.inject('start', { kind: 'held' });
    harness.accept(message);
    await settle();
    unplaced = [message.spec.uuid];
    for (let round = 0; round < 3; round++) await sweep.round();
    expect(isThere(message.spec.uuid)).toBe(true);
  });

  it('never removes what it did not ask about', async () => {
    harness.transport.answers.set(findUnplaced.type, () => ({ unplaced: [...unplaced, 'something-else'] }));
    const uuid = await put();
    for (let round = 0; round < 3; round++) await sweep.round();
    expect(isThere(uuid)).toBe(true);
  });

  it.each<[string, () => void]>([
    ['the engine is away', () => harness.get(EngineHealth).lost()],
    ['no work was asked for yet', () => (harness.get(Outbox).hasAskedForWork = false)],
  ])('does nothing while %s', async (_, arrange) => {
    const uuid = await put();
    unplaced = [uuid];
    arrange();
    for (let round = 0; round < 3; round++) await sweep.round();
    expect(isThere(uuid)).toBe(true);
  });

  it('begins anew after a round without an answer', async () => {
    const uuid = await put();
    unplaced = [uuid];
    void sweep.run();
    await harness.clock.advance(60_000);
    harness.transport.isAway = true;
    await harness.clock.advance(60_000);
    harness.transport.isAway = false;
    await harness.clock.advance(60_000);
    expect(isThere(uuid)).toBe(true);
    await harness.clock.advance(60_000);
    expect(isThere(uuid)).toBe(false);
  });
});
