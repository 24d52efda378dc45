import {
  actionFinished,
  actionProgressed,
  containersObserved,
  hostReport,
  hostStarted,
  type ContainerObservation,
} from '@zun/contracts';
import { settle } from '@zun/testing';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, HOST } from '../compute.harness.js';
import { toObservation } from './observation.js';
import { Outbox } from './outbox.js';
import { VersionClock } from './version-clock.js';

describe('outbox', () => {
  let harness: Harness;
  let outbox: Outbox;
  const a = randomUUID();
  const b = randomUUID();
  const seen = (uuid: string, version: number): ContainerObservation =>
    toObservation(null, { uuid, version, nowMs: 0, addresses: null });
  const finish = (actionId: number, containerUuid = a): void =>
    outbox.finished(
      { host: HOST, actionId, containerUuid, failure: null, leftNothing: false, observation: null, steps: [] },
      'req-1',
    );
  const progress = (statusDetail: string): void =>
    outbox.progressed({ host: HOST, actionId: 1, containerUuid: a, taskState: 'image_pulling', statusDetail });
  const types = (): string[] => harness.transport.sent.map(({ type }) => type);

  beforeEach(async () => {
    harness = await Harness.start();
    outbox = harness.get(Outbox);
  });

  it('sends in the order of posting', async () => {
    outbox.started();
    outbox.observed([seen(b, 1)]);
    finish(1);
    outbox.observed([seen(a, 2)]);
    await settle();
    expect(types()).toEqual([hostStarted.type, containersObserved.type, actionFinished.type, containersObserved.type]);
    expect(outbox.hasAskedForWork).toBe(true);
  });

  it('keeps every end of an action while the broker is away', async () => {
    harness.transport.isAway = true;
    for (const id of [1, 2, 3]) finish(id);
    await harness.clock.advance(60_000);
    harness.transport.isAway = false;
    await harness.clock.advance(6_000);
    expect(harness.transport.of(actionFinished).map(({ actionId }) => actionId)).toEqual([1, 2, 3]);
  });

  it('keeps the latest observation of each container, in one message', async () => {
    harness.transport.isAway = true;
    for (const version of [1, 2, 3]) outbox.observed([seen(a, version), seen(b, version)]);
    await harness.clock.advance(1_000);
    harness.transport.isAway = false;
    await harness.clock.advance(6_000);
    const [message, ...more] = harness.transport.of(containersObserved);
    expect(more).toEqual([]);
    expect(message!.observations.map(({ uuid, version }) => [uuid, version])).toEqual([
      [a, 3],
      [b, 3],
    ]);
  });

  it('never sends an observation before the end of an action that came in between', async () => {
    harness.transport.isAway = true;
    outbox.observed([seen(a, 1), seen(b, 1)]);
    await harness.clock.advance(1_000);
    finish(7);
    outbox.observed([seen(a, 2)]);
    harness.transport.isAway = false;
    await harness.clock.advance(6_000);
    expect(types()).toEqual([containersObserved.type, actionFinished.type, containersObserved.type]);
    expect(
      harness.transport.of(containersObserved).map(({ observations }) => observations.map(({ version }) => version)),
    ).toEqual([[1], [2]]);
  });

  it('keeps one report of the host', async () => {
    harness.transport.isAway = true;
    for (const engineUp of [true, false, true]) outbox.host({ host: HOST, engineUp, availabilityZone: 'nova', inventory: null });
    await harness.clock.advance(1_000);
    harness.transport.isAway = false;
    await harness.clock.advance(6_000);
    expect(harness.transport.of(hostReport)).toHaveLength(1);
  });

  it('drops progress that cannot be sent, and any that is overtaken by the end', async () => {
    harness.transport.isAway = true;
    progress('10%');
    await harness.clock.advance(1_000);
    finish(1);
    harness.transport.isAway = false;
    await harness.clock.advance(6_000);
    expect(harness.transport.of(actionProgressed)).toEqual([]);
  });

  it('sends at once when the link is back', async () => {
    harness.transport.isAway = true;
    finish(1);
    await harness.clock.advance(60_000);
    harness.transport.isAway = false;
    outbox.hurry();
    await settle();
    expect(types()).toEqual([actionFinished.type]);
  });

  it('gives up at the end of its grace', async () => {
    harness.transport.isAway = true;
    finish(1);
    const closing = outbox.close(2_000);
    await harness.clock.advance(2_000);
    await closing;
    finish(2);
    await harness.clock.advance(10_000);
    expect(types()).toEqual([]);
  });
});

describe('version clock', () => {
  it('never repeats, and goes with the time', async () => {
    const harness = await Harness.start();
    const versions = harness.get(VersionClock);
    const [first, second] = [versions.next(), versions.next()];
    expect(second).toBe(first + 1);
    expect(first).toBe(harness.clock.now() * 1000);
    await harness.clock.advance(1);
    expect(versions.next()).toBe(first + 1000);
  });
});
