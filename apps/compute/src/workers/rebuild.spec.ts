import { makeSpec } from '@zun/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';

describe('rebuild', () => {
  let harness: Harness;
  const spec = makeSpec({ command: null, cpu: 1 });
  const theOne = () => harness.world.containers.get(spec.uuid)!;

  beforeEach(async () => {
    harness = await Harness.start();
    harness.world.images.set('web:2', { id: 'sha256:web', command: ['sleep', '700'], entrypoint: [] });
    await harness.run(makeAction('create', { spec: { ...spec, command: ['sleep', '600'] }, params: { run: true } }));
  });

  it('runs what the new image does when the tenant wanted nothing else, with the limits of now', async () => {
    const before = theOne().engineId;
    const wish = { ...spec, image: 'web:2', imagePullPolicy: 'never', cpu: 2, networks: [{ network: 'n2' }] };
    const { observation } = await harness.run(makeAction('rebuild', { spec: wish, params: { run: true } }));
    expect(observation).toMatchObject({ state: { status: 'Running' }, command: ['sleep', '700'] });
    expect(theOne()).toMatchObject({ image: 'web:2', networkNames: ['net-n2'], limits: { cpu: 2 } });
    expect(theOne().engineId).not.toBe(before);
  });

  it('leaves the container alone when the image cannot be had, and says so', async () => {
    const before = theOne().engineId;
    const outcome = await harness.run(makeAction('rebuild', { spec: { ...spec, image: 'none:1' }, params: { run: true } }));
    expect(outcome).toMatchObject({
      failure: expect.stringContaining('none:1') as string,
      leftAsItWas: true,
      observation: { state: { status: 'Running' } },
    });
    expect(theOne().engineId).toBe(before);
    expect(harness.world.starts.get(spec.uuid)).toBe(1);
  });

  it('does not say so when the engine was away in between and it failed later', async () => {
    harness.engine.faults.inject('inspectImage', { kind: 'unavailable' });
    const wish = { ...spec, command: ['no-such-command'], imagePullPolicy: 'ifnotpresent' };
    const outcome = await harness.run(makeAction('rebuild', { spec: wish, params: { run: true } }));
    expect(outcome.failure).toContain('no-such-command');
    expect(outcome.leftAsItWas).toBeUndefined();
  });

  it('is not done again by an action that a later one has overtaken', async () => {
    const old = makeAction('rebuild', { spec, params: { run: true } });
    await harness.run(makeAction('rebuild', { spec, params: { run: true } }));
    const made = theOne().engineId;
    const next = await Harness.start({}, harness);
    await next.run(old);
    expect(theOne().engineId).toBe(made);
  });

  it('gives up a long pull when the container is deleted', async () => {
    harness.engine.faults.inject('pullImage', { kind: 'held' });
    const message = makeAction('rebuild', { spec: { ...spec, image: 'big:1', imagePullPolicy: 'always' } });
    harness.accept(message);
    await harness.clock.advance(1_000);
    await harness.run(makeAction('delete', { spec, params: { force: true } }));
    expect(theOne()).toBeUndefined();
  });
});

describe('networks', () => {
  it('of a container that is rebuilt are those that it has by then', async () => {
    const harness = await Harness.start();
    const spec = makeSpec();
    const n2 = { network: 'n2' };
    await harness.run(makeAction('create', { spec, params: { run: true } }));
    await harness.run(makeAction('network_attach', { spec, params: { network: n2 } }));
    expect(harness.world.containers.get(spec.uuid)!.networkNames).toEqual(['net-p1', 'net-n2']);
    await harness.run(makeAction('network_detach', { spec, params: { network: spec.networks[0] } }));
    await harness.run(makeAction('rebuild', { spec: { ...spec, networks: [n2] }, params: { run: true } }));
    const outcome = await harness.run(makeAction('reboot', { spec }));
    expect(Object.keys(outcome.observation!.addresses!)).toEqual(['id-of-net-n2']);
  });

  it('cannot be attached to a container that is gone', async () => {
    const harness = await Harness.start();
    const outcome = await harness.run(makeAction('network_attach', { params: { network: { network: 'n2' } } }));
    expect(outcome.failure).toMatch(/could not be found/);
  });
});
