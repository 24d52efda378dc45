import { containersObserved, hostReport, type ContainerObservation } from '@zun/contracts';
import { makeSpec, settle } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';
import { Observer } from './observer.js';

describe('observer', () => {
  let harness: Harness;
  const observations = (): ContainerObservation[] =>
    harness.transport.of(containersObserved).flatMap((message) => message.observations);
  const statuses = (): string[] => observations().map(({ state }) => state.status);
  async function put(options: { run: boolean }): Promise<string> {
    const spec = makeSpec();
    await harness.engine.create(spec, { image: 'busybox:latest', networks: [], defaultRuntime: null });
    if (options.run) await harness.engine.start(spec.uuid);
    return spec.uuid;
  }
  async function watch(): Promise<void> {
    void harness.get(Observer).run();
    await harness.clock.advance(100);
  }
  beforeEach(async () => {
    harness = await Harness.start();
  });

  it('reports at the start what is there', async () => {
    await put({ run: true });
    await put({ run: false });
    await watch();
    expect(statuses()).toEqual(['Running', 'Created']);
  });

  it('reports what changes by itself, once for a burst of events', async () => {
    const uuid = await put({ run: true });
    await watch();
    harness.engine.finish(uuid, 3);
    await harness.engine.start(uuid);
    harness.engine.finish(uuid, 4);
    await harness.clock.advance(100);
    expect(observations().map(({ state }) => state.statusDetail?.slice(0, 9))).toEqual(['Up 0 seco', 'Exited(4)']);
  });

  it('reports nothing that is unchanged, however often it looks', async () => {
    await put({ run: true });
    await watch();
    await harness.clock.advance(10 * 60_000);
    expect(statuses()).toEqual(['Running']);
  });

  it('reports a container that is gone', async () => {
    const uuid = await put({ run: true });
    await watch();
    await harness.engine.remove(uuid, true);
    await harness.clock.advance(100);
    expect(statuses()).toEqual(['Running', 'missing']);
  });

  it('finds out what happened while the event stream was broken', async () => {
    const [ends, goes] = [await put({ run: true }), await put({ run: true })];
    await watch();
    harness.world.goDown();
    await settle();
    harness.world.comeBack();
    harness.world.listeners.clear();
    harness.engine.finish(ends, 1);
    await harness.engine.remove(goes, true);
    await harness.clock.advance(5_000);
    expect(statuses().slice(2).sort()).toEqual(['Stopped', 'missing']);
  });

  it('finds out at the next listing what no event told', async () => {
    const uuid = await put({ run: true });
    await watch();
    const listeners = [...harness.world.listeners];
    harness.world.listeners.clear();
    harness.engine.finish(uuid, 1);
    await harness.clock.advance(1_000);
    for (const listen of listeners) harness.world.listeners.add(listen);
    expect(statuses()).toEqual(['Running']);
    await harness.clock.advance(60_000);
    expect(statuses()).toEqual(['Running', 'Stopped']);
  });

  it('leaves a container alone while a worker has it, and says nothing of what the worker reports', async () => {
    await watch();
    const message = makeAction('create', { params: { run: true } });
    harness.engine.faults.inject('start', { kind: 'held' });
    harness.accept(message);
    await harness.clock.advance(1_000);
    expect(statuses()).toEqual([]);
    harness.engine.faults.release();
    await harness.untilFinished(message.actionId);
    await harness.clock.advance(1_000);
    expect(statuses()).toEqual([]);
  });

  it('reports what happens right after a worker is done', async () => {
    await watch();
    const message = makeAction('create', { params: { run: true } });
    await harness.run(message);
    harness.engine.finish(message.spec.uuid, 2);
    await harness.clock.advance(100);
    expect(statuses()).toEqual(['Stopped']);
  });

  it('gives later looks greater versions', async () => {
    const uuid = await put({ run: true });
    await watch();
    harness.engine.finish(uuid, 1);
    await harness.clock.advance(100);
    const [first, second] = observations();
    expect(second!.version).toBeGreaterThan(first!.version);
  });

  it('has the host report at once that the engine went and came back', async () => {
    await watch();
    const isUp = (): boolean | undefined => harness.transport.of(hostReport).at(-1)?.engineUp;
    await expect.poll(isUp).toBe(true);
    harness.world.goDown();
    await harness.clock.advance(100);
    await expect.poll(isUp).toBe(false);
    harness.world.comeBack();
    await harness.clock.advance(3_000);
    await expect.poll(isUp).toBe(true);
  });
});
