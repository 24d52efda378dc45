import { makeTar, readTar } from '@zun/testing';
import { describe, expect, it } from 'vitest';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { renamedArchive } from './image-archive.js';

const NAME = 'zun-glance:1';
const IMAGE = { Config: 'blobs/config', RepoTags: ['busybox:latest'], Layers: ['blobs/layer'] };
const FILES = [
  { path: 'blobs/config', content: '{"os":"linux"}' },
  { path: 'blobs/layer', content: 'x'.repeat(5_000) },
];
const manifestOf = (...images: unknown[]): { path: string; content: string } => ({
  path: 'manifest.json',
  content: JSON.stringify(images),
});

async function* of(archive: Buffer, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const rename = async (files: Parameters<typeof makeTar>[0]): Promise<Map<string, string>> =>
  readTar(await bytesOf(renamedArchive(of(makeTar(files)), NAME)));

describe('an archive of an image', () => {
  it.each([
    ['before', [manifestOf(IMAGE), ...FILES]],
    ['after', [...FILES, manifestOf(IMAGE)]],
  ])('whose account of itself comes %s its content has the name that is given', async (_when, files) => {
    const renamed = await rename(files);
    expect([...renamed.keys()]).toEqual(['blobs/config', 'blobs/layer', 'manifest.json']);
    expect(renamed.get('blobs/layer')).toBe(FILES[1]!.content);
    expect(JSON.parse(renamed.get('manifest.json')!)).toEqual([{ ...IMAGE, RepoTags: [NAME] }]);
  });

  it('has nothing left by which an engine could name it', async () => {
    const renamed = await rename([
      ...FILES,
      { path: 'repositories', content: '{"busybox":{"latest":"blobs"}}' },
      { path: './index.json', content: '{"manifests":[]}' },
      { path: 'oci-layout', content: '{}' },
      { path: './/manifest.json', content: JSON.stringify([IMAGE]) },
    ]);
    expect([...renamed.keys()]).toEqual(['blobs/config', 'blobs/layer', 'manifest.json']);
  });

  it('keeps the links by which layers share their content', async () => {
    const archive = pack();
    for (const { path: name, content } of [...FILES, manifestOf(IMAGE)]) archive.entry({ name }, content);
    archive.entry({ name: 'old/layer.tar', type: 'symlink', linkname: '../blobs/layer' }).end(undefined);
    archive.entry({ name: 'old/', type: 'directory' }).end(undefined);
    archive.finalize();
    const renamed = extract();
    Readable.from(renamedArchive(archive as AsyncIterable<Uint8Array>, NAME)).pipe(renamed);
    const entries: (string | null | undefined)[][] = [];
    for await (const entry of renamed) {
      entries.push([entry.header.name, entry.header.type, entry.header.linkname]);
      entry.resume();
    }
    expect(entries).toContainEqual(['old/layer.tar', 'symlink', '../blobs/layer']);
    expect(entries).toContainEqual(['old/', 'directory', null]);
  });

  it('may be compressed', async () => {
    const archive = gzipSync(makeTar([...FILES, manifestOf(IMAGE)]));
    const renamed = readTar(await bytesOf(renamedArchive(of(archive, 1), NAME)));
    expect(renamed.get('blobs/config')).toBe(FILES[0]!.content);
  });

  it.each([
    ['no images', [manifestOf()], 'it holds no images, and must hold one'],
    ['two images', [manifestOf(IMAGE, IMAGE)], 'it holds 2 images, and must hold one'],
    ['nothing that tells of an image', FILES, 'it has no manifest.json'],
    ['two accounts', [manifestOf(IMAGE), manifestOf(IMAGE)], 'manifest.json is in it twice'],
    ['an account that is none', [{ path: 'manifest.json', content: 'null' }], 'its manifest.json is no list'],
    ['an image without layers', [manifestOf({ Config: 'a' })], 'names no configuration or no layers'],
    ['an image that is none', [manifestOf(null)], 'names no configuration or no layers'],
    ['a way out', [{ path: 'a/../../etc/passwd', content: '' }], 'leads out of it'],
    ['an endless account', [{ path: 'manifest.json', content: ' '.repeat(1024 * 1024 + 1) }], 'is longer than 1048576 bytes'],
  ])('with %s is refused', async (_what, files, reason) => {
    await expect(rename(files)).rejects.toThrow(reason);
  });

  it('that is none is refused', async () => {
    for (const garbage of ['', 'garbage', 'garbage'.repeat(1_000)]) {
      const error: unknown = await bytesOf(renamedArchive(of(Buffer.from(garbage)), NAME)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ errorClass: 'invalid', code: 'image-invalid' });
    }
    const cut = gzipSync(makeTar(FILES)).subarray(0, 60);
    await expect(bytesOf(renamedArchive(of(cut), NAME))).rejects.toMatchObject({ errorClass: 'invalid' });
  });

  it('is never complete when what it is made from fails, be it at its very end', async () => {
    const failure = new Error('the checksum is another');
    for (const files of [[manifestOf(IMAGE), ...FILES], FILES]) {
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* of(makeTar(files));
        throw failure;
      }
      const seen: Uint8Array[] = [];
      const reading = (async () => {
        for await (const chunk of renamedArchive(failing(), NAME)) seen.push(chunk);
      })();
      await expect(reading).rejects.toBe(failure);
      expect(Buffer.concat(seen).includes('manifest.json')).toBe(false);
    }
  });

  it('is read no further than its reader reads', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const head = makeTar([{ path: 'layer', content: 'x' }]).subarray(0, 512);
      head.write('77777777777\0', 124, 'latin1');
      head.write('        ', 148, 'latin1');
      const sum = head.reduce((total, byte) => total + byte, 0);
      head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      yield head;
      for (; given < 10_000; given++) yield Buffer.alloc(65_536);
    }
    const reader = renamedArchive(endless(), NAME);
    for (let read = 0; read < 5; read++) await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(given).toBeLessThan(40);
    await reader.return(undefined);
  });
});
