import { EngineRefusedError, notedSource } from '@zun/domain';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, pack, type Extract, type Header, type Pack } from 'tar-stream';

type Entry = AsyncIterable<Uint8Array>;

/** What an archive says of itself, at its root: engines read of these the first that they know. */
const MANIFEST = 'manifest.json';
const METADATA: ReadonlySet<string> = new Set([MANIFEST, 'repositories', 'index.json', 'oci-layout']);
const MAX_MANIFEST_BYTES = 1024 * 1024;
const GZIP_MAGIC = Buffer.of(0x1f, 0x8b);

interface ManifestEntry {
  readonly Config: string;
  readonly Layers: readonly string[];
}

/**
 * Gives an archive as `docker save` writes it another name, while it flows by. Engines name what they load as the archive says: one that
 * somebody else wrote could take any name. Its own account of itself is taken out, and another one is added when all of it has come well.
 * @param content may be compressed with gzip
 * @throws EngineRefusedError of class invalid for what is no such archive, or holds none or several images; what `content` throws
 */
export async function* renamedArchive(content: AsyncIterable<Uint8Array>, reference: string): AsyncGenerator<Uint8Array> {
  const source = notedSource(content);
  const archive = extract();
  const renamed = pack();
  const copied = Promise.all([pipeline(Readable.from(unzipped(source.content)), archive), copy(archive, renamed)])
    .then(([, manifest]) => {
      renamed.entry({ name: MANIFEST }, JSON.stringify([{ ...soleImageOf(manifest), RepoTags: [reference] }]));
      renamed.finalize();
    })
    .catch((error: unknown) => void renamed.destroy(error as Error));
  try {
    yield* renamed as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw source.failure() ?? (error instanceof EngineRefusedError ? error : noArchive((error as Error).message));
  } finally {
    archive.destroy();
    renamed.destroy();
    await copied;
  }
}

/** @returns the text of the archive's manifest; null: it has none */
async function copy(archive: Extract, renamed: Pack): Promise<string | null> {
  let manifest: string | null = null;
  for await (const entry of archive as AsyncIterable<Entry & { readonly header: Header }>) {
    const { header } = entry;
    const name = rootNameOf(header.name);
    if (!METADATA.has(name)) {
      await pipeline(entry, renamed.entry(header) as unknown as NodeJS.WritableStream);
      continue;
    }
    if (header.type !== 'file') throw noArchive(`${name} is no file`);
    if (name !== MANIFEST) await drain(entry);
    else if (manifest === null) manifest = await readText(entry);
    else throw noArchive(`${name} is in it twice`);
  }
  return manifest;
}

/** @throws EngineRefusedError for a name that leads out of the archive */
function rootNameOf(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw noArchive(`the name ${name} leads out of it`);
  return parts.join('/');
}

function soleImageOf(manifest: string | null): ManifestEntry {
  if (manifest === null) throw noArchive(`it has no ${MANIFEST}; docker save writes one`);
  const [image, ...others] = parse(manifest);
  if (!image || others.length > 0) throw noArchive(`it holds ${image ? others.length + 1 : 'no'} images, and must hold one`);
  const { Config, Layers } = image as Partial<ManifestEntry>;
  if (typeof Config !== 'string' || !Array.isArray(Layers))
    throw noArchive(`its ${MANIFEST} names no configuration or no layers`);
  return { Config, Layers };
}

function parse(manifest: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(manifest);
    if (Array.isArray(parsed)) return parsed.map((image: unknown) => image ?? {});
  } catch {
    // Told below.
  }
  throw noArchive(`its ${MANIFEST} is no list`);
}

async function readText(entry: Entry): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of entry) {
    length += chunk.length;
    if (length > MAX_MANIFEST_BYTES) throw noArchive(`its ${MANIFEST} is longer than ${MAX_MANIFEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function drain(entry: Entry): Promise<void> {
  for await (const chunk of entry) void chunk;
}

/** As `docker load` does, which takes both. */
async function* unzipped(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = (async function* () {
    try {
      yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  })();
  if (!head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) return yield* whole;
  const gunzip = createGunzip();
  const fed = pipeline(Readable.from(whole), gunzip);
  // Whoever reads it is told.
  fed.catch(() => undefined);
  yield* gunzip as AsyncIterable<Uint8Array>;
  await fed;
}

function noArchive(reason: string): EngineRefusedError {
  return new EngineRefusedError(`The image is no archive as docker save writes it: ${reason}.`, {
    errorClass: 'invalid',
    code: 'image-invalid',
  });
}
