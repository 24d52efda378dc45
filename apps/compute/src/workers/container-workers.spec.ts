import { actionFinished } from '@zun/contracts';
import { makeSpec, settle } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';
import { Activity } from './activity.js';
import { ContainerWorkers } from './container-workers.js';

describe('container workers', () => {
  let harness: Harness;
  const ended = (): number[] => harness.transport.of(actionFinished).map(({ actionId }) => actionId);
  beforeEach(async () => {
    harness = await Harness.start();
  });

  it('do what is asked of one container one after the other', async () => {
    const spec = makeSpec();
    const actions = [
      makeAction('create', { spec }),
      makeAction('start', { spec }),
      makeAction('stop', { spec }),
      makeAction('reboot', { spec }),
    ];
    harness.engine.faults.inject('create', { kind: 'held' });
    for (const action of actions) harness.accept(action);
    await settle();
    expect(ended()).toEqual([]);
    harness.engine.faults.release();
    await harness.untilFinished(actions[3]!.actionId);
    expect(ended()).toEqual(actions.map(({ actionId }) => actionId));
  });

  it('do not let one container wait for another', async () => {
    harness.engine.faults.inject('create', { kind: 'held' });
    harness.accept(makeAction('create'));
    await settle();
    const other = makeAction('create');
    await harness.run(other);
    expect(ended()).toEqual([other.actionId]);
  });

  it('do an action once that comes several times while it is under way', async () => {
    const message = makeAction('create');
    harness.engine.faults.inject('create', { kind: 'held' });
    for (let times = 0; times < 3; times++) harness.accept(message);
    await settle();
    harness.engine.faults.release();
    await harness.untilFinished(message.actionId);
    await harness.clock.advance(5_000);
    expect(ended()).toEqual([message.actionId]);
    expect(harness.engine.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('ignore a message that was overtaken by a newer one', async () => {
    const spec = makeSpec();
    const [create, stop, start] = [
      makeAction('create', { spec, params: { run: true } }),
      makeAction('stop', { spec }),
      makeAction('start', { spec }),
    ];
    // The service before this one has done the first two; the message about the second is still on its way.
    await harness.run(create);
    await harness.run(stop);
    const successor = await Harness.start({}, harness);
    successor.acceptAll({ actions: [start], newestActionId: start.actionId });
    await successor.untilFinished(start.actionId);
    successor.acceptAll({ actions: [stop], newestActionId: stop.actionId });
    await successor.clock.advance(15_000);
    expect(successor.transport.of(actionFinished).map(({ actionId }) => actionId)).toEqual([start.actionId]);
    successor.acceptAll({ actions: [stop], newestActionId: start.actionId });
    await successor.untilFinished(stop.actionId);
  });

  it('leave no worker behind', async () => {
    const message = makeAction('create');
    await harness.run(message);
    await settle();
    expect(harness.get(Activity).isActive(message.spec.uuid)).toBe(false);
    await harness.get(ContainerWorkers).drain();
  });

  it('suspend what waits for the engine when the service stops, and take nothing more on', async () => {
    harness.world.goDown();
    harness.accept(makeAction('create'));
    await harness.clock.advance(1_000);
    await harness.kill();
    await harness.get(ContainerWorkers).drain();
    harness.world.comeBack();
    harness.accept(makeAction('create'));
    await harness.clock.advance(5_000);
    expect(ended()).toEqual([]);
    expect(harness.world.containers.size).toBe(0);
  });
});
