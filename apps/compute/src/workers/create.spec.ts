import { actionProgressed } from '@zun/contracts';
import { START_LOST_CODE } from '@zun/driver-api';
import { EngineRefusedError, EngineUnavailableError } from '@zun/domain';
import { makeSpec, settle } from '@zun/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';

const CONTAINER_BYTES = 12.3 * 1024 ** 2;

describe('create', () => {
  let harness: Harness;
  const inRegistry = (reference: string): void => {
    harness.world.registry.set(reference, { id: `sha256:${reference}`, command: ['sh'], entrypoint: [], bytes: CONTAINER_BYTES });
  };
  beforeEach(async () => {
    harness = await Harness.start();
  });

  it('reports addresses, command and start time of what it made', async () => {
    const message = makeAction('create', { params: { run: true } });
    const { observation } = await harness.run(message);
    expect(observation).toMatchObject({ state: { status: 'Running' }, command: ['sleep', '600'], runtime: 'runc' });
    expect(Object.keys(observation!.addresses!)).toEqual(['id-of-net-p1']);
    expect(observation!.startedAt).toMatch(/^2026-01-01T/);
  });

  describe('pull policy', () => {
    it.each([
      // [policy, here, in the registry, pulled, failure]
      [null, false, true, true, null],
      [null, true, true, true, null],
      [null, true, false, true, null],
      [null, false, false, true, 'pull access denied for app:1, repository does not exist'],
      ['always', true, true, true, null],
      ['always', true, false, true, 'pull access denied for app:1, repository does not exist'],
      ['ifnotpresent', true, false, false, null],
      ['ifnotpresent', false, true, true, null],
      ['never', true, true, false, null],
      ['never', false, true, false, 'Image app:1 is not present with pull policy of never.'],
    ])('%s, here: %s, in the registry: %s', async (imagePullPolicy, isHere, isThere, isPulled, failure) => {
      if (isThere) inRegistry('app:1');
      if (isHere) harness.world.images.set('app:1', { id: 'sha256:old', sizeBytes: 1, command: [], entrypoint: [] });
      const outcome = await harness.run(makeAction('create', { spec: makeSpec({ image: 'app:1', imagePullPolicy }) }));
      expect(outcome.failure).toBe(failure);
      expect(outcome.leftNothing).toBe(failure !== null);
      expect(harness.engine.calls.includes('pullImage app:1')).toBe(isPulled);
    });

    it('does not ask a registry again soon that had no answer, for an image that is here', async () => {
      const pulls = (): number => harness.engine.calls.filter((call) => call.startsWith('pullImage')).length;
      for (let times = 0; times < 3; times++) await harness.run(makeAction('create'));
      expect(pulls()).toBe(1);
      await harness.clock.advance(6 * 60_000);
      await harness.run(makeAction('create'));
      expect(pulls()).toBe(2);
    });

    it('gives the reference its default registry and tag', async () => {
      harness = await Harness.start({ defaultRegistry: { domain: 'reg.example:5000', credentials: null } });
      inRegistry('reg.example:5000/app:latest');
      expect((await harness.run(makeAction('create', { spec: makeSpec({ image: 'app' }) }))).failure).toBeNull();
    });

    describe('from a registry of a tenant', () => {
      const registry = { domain: 'own.example', username: 'joe', password: 'of-joe' };
      const pulled = async (image: string, over: Partial<typeof registry> = {}): Promise<unknown> => {
        const pull = vi.spyOn(harness.engine, 'pullImage');
        await harness.run(makeAction('create', { spec: makeSpec({ image, registry: { ...registry, ...over } }) }));
        return pull.mock.calls.map(([reference, options]) => [reference, options?.credentials]);
      };

      it.each(['app', 'own.example/app'])('pulls %s from there with its password', async (image) => {
        expect(await pulled(image)).toEqual([['own.example/app:latest', { username: 'joe', password: 'of-joe' }]]);
      });

      it('sends the password to no other registry', async () => {
        expect(await pulled('other.example/app')).toEqual([['other.example/app:latest', undefined]]);
      });

      it('does not use what somebody else has pulled', async () => {
        harness.world.images.set('own.example/app:latest', { id: 'sha256:private', sizeBytes: 1, command: [], entrypoint: [] });
        for (const spec of [makeSpec({ image: 'app', registry }), makeSpec({ image: 'own.example/app' })]) {
          expect((await harness.run(makeAction('create', { spec }))).failure).toMatch(/pull access denied/);
        }
      });
    });
  });

  it('tells how far the pull is, and at most twice a second', async () => {
    inRegistry('busybox:latest');
    const message = makeAction('create');
    harness.accept(message);
    await settle();
    const told = harness.transport.of(actionProgressed);
    expect(told.map(({ taskState, statusDetail }) => [taskState, statusDetail])).toEqual([
      ['image_pulling', 'Pulling busybox: 50% of 12.3 MiB'],
      ['container_creating', null],
    ]);
  });

  describe('a delete that comes while it pulls', () => {
    it('ends the pull and then deletes', async () => {
      inRegistry('busybox:latest');
      harness.engine.faults.inject('pullImage', { kind: 'held' });
      const create = makeAction('create');
      harness.accept(create);
      await settle();
      const removed = await harness.run(makeAction('delete', { spec: create.spec }));
      expect(removed.failure).toBeNull();
      const created = await harness.untilFinished(create.actionId);
      expect(created).toMatchObject({ failure: 'The container was deleted while it was being created.', leftNothing: true });
      expect(harness.world.containers.size).toBe(0);
    });
  });

  describe('a failure', () => {
    it('of the engine leaves neither container nor network', async () => {
      harness.engine.faults.inject('create', { kind: 'refused', error: new EngineRefusedError('bad mount') });
      const message = makeAction('create', { params: { run: true } });
      const outcome = await harness.run(message);
      expect(outcome).toMatchObject({ failure: 'bad mount', leftNothing: true });
      expect(outcome.steps).toHaveLength(1);
      expect(harness.network.holders.size).toBe(0);
      expect(harness.world.containers.size).toBe(0);
    });

    it('is undone also when the engine goes away in between', async () => {
      harness.engine.faults.inject('create', { kind: 'refused', error: new EngineRefusedError('bad mount') });
      harness.engine.faults.inject('remove', { kind: 'unavailable', times: 3 });
      expect(await harness.run(makeAction('create'))).toMatchObject({ failure: 'bad mount', leftNothing: true });
    });

    it('that cannot be undone says that something is left', async () => {
      harness.engine.faults.inject('create', { kind: 'refused' });
      harness.engine.faults.inject('remove', { kind: 'refused' });
      expect(await harness.run(makeAction('create'))).toMatchObject({ failure: 'create refused', leftNothing: false });
    });

    it('of the start leaves the container, in error, as Zun does', async () => {
      const spec = makeSpec({ command: ['no-such-command'] });
      const outcome = await harness.run(makeAction('create', { params: { run: true }, spec }));
      expect(outcome.failure).toMatch(/no-such-command/);
      expect(outcome.leftNothing).toBe(false);
      expect(outcome.steps.map(({ result }) => result)).toEqual(['Success', 'Error']);
      expect(harness.world.containers.has(spec.uuid)).toBe(true);
    });

    it('of ours tells the tenant nothing internal, and the traceback everything', async () => {
      harness.network.failures.push(new TypeError('undefined is not a function'));
      const outcome = await harness.run(makeAction('create'));
      expect(outcome.failure).toBe('An unexpected error occurred.');
      expect(outcome.steps[0]!.traceback).toContain('undefined is not a function');
    });
  });

  it('makes anew what the engine will not start any more after it was killed', async () => {
    const lost = new EngineRefusedError('task x: already exists', { errorClass: 'conflict', code: START_LOST_CODE });
    const message = makeAction('create', { params: { run: true } });
    harness.engine.faults.inject('start', { kind: 'refused', error: lost });
    harness.engine.faults.inject('remove', { kind: 'lost-reply' });
    expect(await harness.run(message)).toMatchObject({ failure: null, observation: { state: { status: 'Running' } } });
    expect(harness.world.starts.get(message.spec.uuid)).toBe(1);
  });

  it('tries once more when its network was removed under it', async () => {
    const gone = new EngineRefusedError('network zun-p1 not found', { errorClass: 'not-found', code: 'network-not-found' });
    harness.engine.faults.inject('create', { kind: 'refused', error: gone });
    expect((await harness.run(makeAction('create'))).failure).toBeNull();
  });

  it('waits when the engine is away as the network is made', async () => {
    harness.network.failures.push(new EngineUnavailableError(), new EngineUnavailableError());
    expect((await harness.run(makeAction('create'))).failure).toBeNull();
  });

  describe('disk', () => {
    it('that cannot be enforced is refused', async () => {
      const outcome = await harness.run(makeAction('create', { spec: makeSpec({ diskGib: 5 }) }));
      expect(outcome).toMatchObject({ failure: 'The host does not support disk quota.', leftNothing: true });
    });
    it('by default is not asked for where it cannot be enforced', async () => {
      harness = await Harness.start({ defaultDiskGib: 10 });
      expect((await harness.run(makeAction('create'))).failure).toBeNull();
    });
  });
});
