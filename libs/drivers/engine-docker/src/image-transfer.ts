import type { ImageConfig, ImageTransferOptions } from '@zun/driver-api';
import { EngineRefusedError, type DomainError } from '@zun/domain';
import type { Readable } from 'node:stream';
import type { EngineClient } from './engine-client.js';
import { isRefusal, refusalFromStream, toEngineError } from './engine-error.js';
import { renamedArchive } from './image-archive.js';
import { inspectImage } from './images.js';
import { jsonLines } from './json-lines.js';
import { outgoing } from './outgoing.js';
import type { PullLine } from './pull.js';

/** The engine unpacks all that comes before it looks at any of it: what breaks off leaves nothing. */
export async function loadImage(
  client: EngineClient,
  content: AsyncIterable<Uint8Array>,
  reference: string,
  { signal }: ImageTransferOptions,
): Promise<ImageConfig> {
  signal?.throwIfAborted();
  const { stream, broken, throwIfBroken } = outgoing(renamedArchive(content, reference));
  try {
    const answer = await client.open((docker, abortSignal) => docker.loadImage(stream, { abortSignal, quiet: true }), {
      timeoutMs: Infinity,
      signal: signal ? AbortSignal.any([signal, broken]) : broken,
    });
    for await (const line of jsonLines<PullLine>(answer)) if (line.error) throw refusalFromStream(line.error);
  } catch (error) {
    signal?.throwIfAborted();
    throwIfBroken();
    const ours = toEngineError(error);
    throw isRefusal(ours, 'internal') ? notLoaded(ours) : ours;
  } finally {
    stream.destroy();
  }
  const image = await inspectImage(client, reference);
  if (!image) throw new EngineRefusedError('The engine took the image in, and does not have it.');
  return image;
}

/** The engine gathers the layers before it begins to send: that takes as long as it takes. */
export async function saveImage(
  client: EngineClient,
  reference: string,
  { signal }: ImageTransferOptions,
): Promise<AsyncIterable<Uint8Array>> {
  if (!(await inspectImage(client, reference))) {
    throw new EngineRefusedError(`No such image: ${reference}`, { errorClass: 'invalid', code: 'image-not-found' });
  }
  const archive = await client.open((docker) => docker.getImage(reference).get(), { timeoutMs: Infinity, signal });
  return readable(archive, signal);
}

async function* readable(archive: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const abort = (): void => void archive.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    yield* archive as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal?.throwIfAborted();
    throw toEngineError(error);
  } finally {
    signal?.removeEventListener('abort', abort);
    archive.destroy();
  }
}

function notLoaded(cause: DomainError): EngineRefusedError {
  const detail = `The image could not be loaded: ${cause.detail}`;
  return new EngineRefusedError(detail, { errorClass: 'invalid', code: 'image-invalid', cause });
}
