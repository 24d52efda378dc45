import { describe, expect, it } from 'vitest';
import { makeSpec } from '../../make-spec.js';
import { named, refusal, type ConformanceContext } from './context.js';
import type { Lacks } from './engine-under-test.js';

/** Containers as they are made. */
export function describeCreate(context: ConformanceContext, lacks: Lacks): void {
  const { create, look } = context;
  describe('create', () => {
    it('makes a container that has never been started', async () => {
      const container = await create({ hostname: 'box' });
      expect(container).toMatchObject({ host: context.subject.host, hostname: 'box', command: ['sleep', '600'], networks: [] });
      expect(container.state).toMatchObject({ phase: 'created', startedAt: null, finishedAt: null, error: null });
    });
    it.skipIf(lacks.portsWithoutNetwork)(named('tells the ports it exposes', lacks.portsWithoutNetwork), async () => {
      expect((await create({ exposedPorts: { '80/tcp': {} } })).ports).toEqual([80]);
    });
    it('leaves the container that is there already, and says so', async () => {
      const { uuid, engineId } = await create();
      const again = await context.engine.create(makeSpec({ uuid }), {
        image: context.subject.image,
        networks: [],
        defaultRuntime: null,
      });
      expect(again).toBe(false);
      expect((await look(uuid)).engineId).toBe(engineId);
    });
    it('refuses the name of a container of another host', async () => {
      const { uuid } = await create({}, context.subject.other);
      await expect(create({ uuid })).rejects.toEqual(refusal('conflict'));
    });
    it('refuses an image it does not have', async () => {
      const spec = makeSpec();
      const creating = context.engine.create(spec, { image: 'none:1', networks: [], defaultRuntime: null });
      await expect(creating).rejects.toMatchObject({ errorClass: 'invalid', code: 'image-not-found' });
    });
  });

  it('tells which action made a container', async () => {
    const spec = makeSpec();
    context.made.add(spec.uuid);
    await context.engine.create(spec, { image: context.subject.image, networks: [], defaultRuntime: null, madeBy: 42 });
    expect((await look(spec.uuid)).madeBy).toBe(42);
    expect((await create()).madeBy).toBeNull();
  });
}
