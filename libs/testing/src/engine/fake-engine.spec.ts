import { EngineUnavailableError } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { makeSpec } from '../make-spec.js';
import { describeContainerEngine } from './conformance/container-engine.js';
import { FakeEngine } from './fake-engine.js';
import { FakeWorld } from './fake-world.js';

describeContainerEngine('fake', async () => {
  const world = new FakeWorld();
  world.networks = new Set(['n1', 'n2']);
  return {
    engine: new FakeEngine({ host: 'a', world }),
    other: new FakeEngine({ host: 'b', world }),
    host: 'a',
    image: 'busybox:latest',
    networks: ['n1', 'n2'] as const,
    address: '10.199.1.77',
  };
});

describe('faults of the fake engine', () => {
  const spec = makeSpec();
  const options = { image: 'busybox:latest', networks: [], defaultRuntime: null };

  it('unavailable: fails and does nothing', async () => {
    const engine = new FakeEngine({ host: 'a' });
    engine.faults.inject('create', { kind: 'unavailable' });
    await expect(engine.create(spec, options)).rejects.toBeInstanceOf(EngineUnavailableError);
    expect(await engine.inspect(spec.uuid)).toBeNull();
  });

  it('lost-reply: fails but has done it', async () => {
    const engine = new FakeEngine({ host: 'a' });
    engine.faults.inject('create', { kind: 'lost-reply' });
    await expect(engine.create(spec, options)).rejects.toBeInstanceOf(EngineUnavailableError);
    expect(await engine.inspect(spec.uuid)).not.toBeNull();
  });

  it('down: every verb fails and the event streams break, until it is back', async () => {
    const engine = new FakeEngine({ host: 'a' });
    const events = engine.events(new AbortController().signal, () => engine.world.goDown());
    const reading = events[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toBeInstanceOf(EngineUnavailableError);
    await expect(engine.info()).rejects.toBeInstanceOf(EngineUnavailableError);
    engine.world.comeBack();
    await engine.info();
  });
});
