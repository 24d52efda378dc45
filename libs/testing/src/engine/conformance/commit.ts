import { ContainerNotFoundError } from '@zun/domain';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeSpec } from '../../make-spec.js';
import { refusal, type ConformanceContext } from './context.js';

/** Images made from containers. */
export function describeCommit(context: ConformanceContext): void {
  const { create, run, look } = context;
  describe('commit', () => {
    const reference = (): string => `zun-conformance-${randomUUID().slice(0, 8)}:v1`;

    it('makes an image that containers can be made from, and that can be removed when none is', async () => {
      const uuid = await run({ command: ['sh', '-c', 'echo kept > /kept; sleep 600'] });
      const name = reference();
      const image = await context.engine.commit(uuid, name);
      expect(image).toMatchObject({ id: expect.stringContaining('sha256') as string, sizeBytes: expect.any(Number) as number });
      expect(await context.engine.inspectImage(name)).toEqual(image);
      expect((await look(uuid)).state.phase).toBe('running');

      const spec = makeSpec({ command: ['cat', '/kept'] });
      context.made.add(spec.uuid);
      await context.engine.create(spec, { image: name, networks: [], defaultRuntime: null });
      expect((await look(spec.uuid)).host).toBe(context.subject.host);
      await expect(context.engine.removeImage(name)).rejects.toEqual(refusal('conflict'));
      await context.engine.remove(spec.uuid, true);
      await context.engine.removeImage(name);
      expect(await context.engine.inspectImage(name)).toBeNull();
    });
    it('leaves an image of that name as it is', async () => {
      const { uuid } = await create();
      const name = reference();
      const image = await context.engine.commit(uuid, name);
      expect(await context.engine.commit(uuid, name)).toEqual(image);
      await context.engine.removeImage(name);
    });
    it('does not hand down what a container of ours is known by', async () => {
      const { uuid } = await create();
      const name = reference();
      await context.engine.commit(uuid, name);
      const spec = makeSpec();
      context.made.add(spec.uuid);
      await context.subject.other.create(spec, { image: name, networks: [], defaultRuntime: null });
      expect((await context.engine.list()).map((container) => container.uuid)).not.toContain(spec.uuid);
      expect(await context.subject.other.inspect(spec.uuid)).toMatchObject({ uuid: spec.uuid, madeBy: null });
      await context.subject.other.remove(spec.uuid, true);
      await context.engine.removeImage(name);
    });
    it('does not find a container that is not there', async () => {
      await expect(context.engine.commit(randomUUID(), reference())).rejects.toBeInstanceOf(ContainerNotFoundError);
    });
  });
}
