import { EngineRefusedError } from '@zun/domain';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeSpec } from '../../make-spec.js';
import { makeTar } from '../../make-tar.js';
import type { ConformanceContext } from './context.js';

/** Images that leave an engine, and come to one, as archives. */
export function describeImageArchives(context: ConformanceContext): void {
  const { create, look } = context;
  const fresh = (): string => `zun-conformance-${randomUUID().slice(0, 8)}:v1`;
  const saved = async (reference: string): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await context.engine.saveImage(reference)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  async function* of(archive: Buffer, end?: Error): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < archive.length; at += 65_536) yield archive.subarray(at, at + 65_536);
    if (end) throw end;
  }
  /** An image of its own, made of a container with that command. */
  const commit = async (reference: string, command: string[]): Promise<string> => {
    const { uuid } = await create({ command });
    return (await context.engine.commit(uuid, reference)).id;
  };

  describe('archives of images', () => {
    it('give an image that containers can be made from back, under another name', async () => {
      const name = fresh();
      const image = await context.engine.loadImage(of(await saved(context.subject.image)), name);
      expect(await context.engine.inspectImage(name)).toEqual(image);
      expect(image.command).toEqual((await context.engine.inspectImage(context.subject.image))!.command);
      const spec = makeSpec();
      context.made.add(spec.uuid);
      await context.engine.create(spec, { image: name, networks: [], defaultRuntime: null });
      expect((await look(spec.uuid)).uuid).toBe(spec.uuid);
      await context.engine.remove(spec.uuid, true);
      await context.engine.removeImage(name);
    });
    it('take no name but the one that is given', async () => {
      const [victim, name] = [fresh(), fresh()];
      const trojan = await commit(victim, ['echo', 'trojan']);
      const archive = await saved(victim);
      await context.engine.removeImage(victim);
      const honest = await commit(victim, ['echo', 'honest']);
      expect((await context.engine.loadImage(of(archive), name)).id).toBe(trojan);
      expect((await context.engine.inspectImage(victim))!.id).toBe(honest);
      for (const image of [victim, name]) await context.engine.removeImage(image);
    });
    it('take the name from an image that has it', async () => {
      const name = fresh();
      await commit(name, ['echo', 'old']);
      const archive = await saved(context.subject.image);
      const { id } = await context.engine.loadImage(of(archive), name);
      expect((await context.engine.inspectImage(name))!.id).toBe(id);
      await context.engine.removeImage(name);
    });
    it.each([
      ['nothing', Buffer.alloc(0)],
      ['no archive', Buffer.from('<html>no archive</html>'.repeat(100))],
      ['an archive of other things', makeTar([{ path: 'etc/passwd', content: 'root' }])],
      [
        'two images',
        makeTar([
          { path: 'a.json', content: '{}' },
          { path: 'manifest.json', content: JSON.stringify([1, 2].map(() => ({ Config: 'a.json', RepoTags: [], Layers: [] }))) },
        ]),
      ],
    ])('are refused when they are %s', async (_what, archive) => {
      const name = fresh();
      const refused = expect.objectContaining({ errorClass: 'invalid' }) as unknown;
      await expect(context.engine.loadImage(of(archive), name)).rejects.toEqual(refused);
      expect(await context.engine.inspectImage(name)).toBeNull();
    });
    it('leave nothing when they turn out in the end not to be what was sent', async () => {
      const name = fresh();
      const wrong = new Error('the checksum is another');
      await expect(context.engine.loadImage(of(await saved(context.subject.image), wrong), name)).rejects.toBe(wrong);
      expect(await context.engine.inspectImage(name)).toBeNull();
    });
    it('leave nothing when nobody wants them any more', async () => {
      const name = fresh();
      const abort = new AbortController();
      const archive = await saved(context.subject.image);
      async function* held(): AsyncGenerator<Uint8Array> {
        yield archive.subarray(0, 1024);
        abort.abort(new Error('not wanted any more'));
        await new Promise((resolve) => setTimeout(resolve, 100));
        yield archive.subarray(1024);
      }
      await expect(context.engine.loadImage(held(), name, { signal: abort.signal })).rejects.toThrow('not wanted any more');
      expect(await context.engine.inspectImage(name)).toBeNull();
    });
    it('cannot be had of an image that is not there', async () => {
      await expect(context.engine.saveImage(fresh())).rejects.toEqual(
        expect.objectContaining({ name: EngineRefusedError.name, code: 'image-not-found' }),
      );
    });
  });
}
