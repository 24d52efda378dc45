import { EngineRefusedError } from '@zun/domain';
import { describe, expect, it } from 'vitest';
import { refusal, type ConformanceContext } from './context.js';

/** Images that an engine has, has not, or is to get. */
export function describeImages(context: ConformanceContext): void {
  const { create } = context;
  describe('images', () => {
    it('knows an image it has, and says null for one it has not', async () => {
      expect(await context.engine.inspectImage(context.subject.image)).toMatchObject({
        id: expect.stringContaining('sha256') as string,
      });
      expect(await context.engine.inspectImage('no.such.registry.invalid/none:1')).toBeNull();
    });
    it('refuses to pull what it cannot get', async () => {
      await expect(context.engine.pullImage('no.such.registry.invalid/none:1')).rejects.toBeInstanceOf(EngineRefusedError);
    });
    it('tells how large an image is', async () => {
      expect((await context.engine.inspectImage(context.subject.image))!.sizeBytes).toBeGreaterThan(1024);
    });
    it('removes an image that is not there without complaint', async () => {
      await context.engine.removeImage('no.such.registry.invalid/none:1');
    });
    it('keeps an image that a container is made from, and says so', async () => {
      await create();
      await expect(context.engine.removeImage((await context.engine.inspectImage(context.subject.image))!.id)).rejects.toEqual(
        refusal('conflict'),
      );
      expect(await context.engine.inspectImage(context.subject.image)).not.toBeNull();
    });
    it('rejects an aborted pull with the reason of the abort', async () => {
      const signal = AbortSignal.abort(new Error('no longer wanted'));
      await expect(context.engine.pullImage(context.subject.image, { signal })).rejects.toThrow('no longer wanted');
    });
  });
}
