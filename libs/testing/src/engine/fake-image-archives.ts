import type { ImageConfig } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { makeTar, readTar } from '../make-tar.js';
import { noImage } from './fake-refusals.js';
import type { FakeImage, FakeWorld } from './fake-world.js';

const CONFIG = 'config.json';
const MANIFEST = 'manifest.json';

/** An archive like those of `docker save`, of an image that has no layers. */
export function saveImage({ images }: FakeWorld, reference: string): AsyncIterable<Uint8Array> {
  const image = images.get(reference);
  if (!image) throw noImage(`No such image: ${reference}`);
  const manifest = JSON.stringify([{ Config: CONFIG, RepoTags: [reference], Layers: [] }]);
  const archive = makeTar([
    { path: CONFIG, content: JSON.stringify(image) },
    { path: MANIFEST, content: manifest },
  ]);
  return (async function* () {
    yield archive;
  })();
}

/** Reads the content to its end before anything is kept. */
export async function loadImage(
  world: FakeWorld,
  content: AsyncIterable<Uint8Array>,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<ImageConfig> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  signal?.throwIfAborted();
  const files = readTar(Buffer.concat(chunks));
  const manifest = JSON.parse(files.get(MANIFEST) ?? '[]') as { Config: string }[];
  const config = manifest.length === 1 ? files.get(manifest[0]!.Config) : undefined;
  if (config === undefined)
    throw new EngineRefusedError('no archive of one image', { errorClass: 'invalid', code: 'image-invalid' });
  const image = JSON.parse(config) as FakeImage;
  world.images.set(reference, image);
  return image;
}
