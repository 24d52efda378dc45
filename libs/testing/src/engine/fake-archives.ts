import type { Archive, PutArchiveOptions } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { noOverwrite, notThere } from './fake-refusals.js';

/** Archives that were put into a container, by the directory they were put into. */
type Archives = Map<string, Buffer>;

const DIRECTORIES = ['/', '/tmp', '/etc'];

/** What was put into a directory is what is got from it, and from any path in it. */
export function readArchive(archives: Archives, path: string): Archive {
  const name = path.split('/').at(-1) ?? '';
  const stat = { name, size: 0, mode: 0o755, mtime: '2000-01-01T00:00:00Z', linkTarget: '' };
  const directory = DIRECTORIES.find((known) => path === known || path.startsWith(`${known}/`));
  const archive = archives.get(directory ?? '');
  if (!directory || (path !== directory && !archive?.includes(name))) throw notThere(path);
  return { stat, content: once(archive ?? Buffer.alloc(1024)) };
}

/** Refuses a path that is no directory. */
export function checkDirectory(path: string): void {
  if (!DIRECTORIES.includes(path)) throw notThere(path);
}

/** Reads the content to its end before anything is kept. */
export async function writeArchive(
  archives: Archives,
  path: string,
  content: AsyncIterable<Uint8Array>,
  options: PutArchiveOptions,
): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  const archive = Buffer.concat(parts);
  if (archive.length % 512 !== 0) throw new EngineRefusedError('data: unexpected EOF', { errorClass: 'invalid' });
  const name = `/${archive.toString('latin1', 0, archive.indexOf(0))}`;
  if (options.keepsDirectories && path === '/' && DIRECTORIES.includes(name)) throw noOverwrite(name);
  archives.set(path, archive);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
