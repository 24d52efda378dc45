import { describe, expect, it } from 'vitest';
import { makeTar } from '../../make-tar.js';
import { bytes } from './bytes.js';
import { refusal, type ConformanceContext } from './context.js';

/** Files into a container and out of it. */
export function describeArchives(context: ConformanceContext): void {
  const { create, run } = context;
  describe('archives', () => {
    const archive = makeTar([{ path: 'note', content: 'written here' }]);
    const read = async (uuid: string, path: string): Promise<{ stat: object; content: Buffer }> => {
      const { stat, content } = await context.engine.getArchive(uuid, path);
      const parts: Uint8Array[] = [];
      for await (const part of content) parts.push(part);
      return { stat, content: Buffer.concat(parts) };
    };
    it('gives back what was put, before the container has ever run, too', async () => {
      const { uuid } = await create();
      await context.engine.putArchive(uuid, '/tmp', bytes(archive.subarray(0, 700), archive.subarray(700)));
      const { stat, content } = await read(uuid, '/tmp/note');
      expect(stat).toMatchObject({ name: 'note', mode: expect.any(Number) as number, linkTarget: '' });
      expect(content.toString()).toContain('written here');
      expect(content.length % 512).toBe(0);
    });
    it('refuses a path that is not there, and what is no archive', async () => {
      const uuid = await run();
      await expect(context.engine.getArchive(uuid, '/no/such')).rejects.toEqual(refusal('invalid'));
      await expect(context.engine.putArchive(uuid, '/no/such', bytes(archive))).rejects.toEqual(refusal('invalid'));
      await expect(context.engine.putArchive(uuid, '/tmp', bytes(Buffer.alloc(700, 'x')))).rejects.toEqual(refusal('invalid'));
    });
    it('throws what its source throws', async () => {
      const uuid = await run();
      await expect(context.engine.putArchive(uuid, '/tmp', broken())).rejects.toThrow('broke off');
    });
  });
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(512);
  throw new Error('the source broke off');
}
