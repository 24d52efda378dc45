import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { ServiceUnavailableError } from '@zun/domain';

/**
 * Bytes in frames: a type, a length of four bytes, the bytes. The last frame says that it is the last, so that a process that died in the
 * middle is never taken for the end.
 */
const DATA = 0;
const END = 1;
const HEADER_BYTES = 5;

function header(type: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** Sends chunks at the pace of the receiver, and ends this way of the stream. @throws what the chunks throw, after breaking the stream */
export async function sendFrames(stream: Duplex, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      stream.write(header(DATA, chunk.length));
      if (!stream.write(chunk)) await drained(stream);
      if (stream.destroyed) return;
    }
    stream.end(header(END, 0));
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** Whichever comes first: room again, or nobody who listens. */
async function drained(stream: Duplex): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
  } finally {
    settled.abort();
  }
}

export interface ReceiveOptions {
  /** Leave the stream as it is when all was received, or nobody reads on: the other way is still needed. */
  readonly keepOpen?: boolean;
}

/** Finds frames in bytes that come in any pieces. */
class FrameParser {
  private rest: Buffer = Buffer.alloc(0);
  /** Bytes of the frame under way that are still to come. */
  private pending = 0;
  /** True once the last frame has come. */
  isEnded = false;

  /** @returns the content that these bytes complete or continue */
  *push(part: Buffer): Generator<Buffer, void, undefined> {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, part]) : part;
    while (!this.isEnded) {
      if (this.pending === 0 && !this.readHeader()) return;
      const chunk = this.rest.subarray(0, this.pending);
      if (chunk.length === 0 && this.pending > 0) return;
      this.rest = this.rest.subarray(chunk.length);
      this.pending -= chunk.length;
      if (chunk.length > 0) yield chunk;
    }
  }

  private readHeader(): boolean {
    if (this.rest.length < HEADER_BYTES) return false;
    this.isEnded = this.rest.readUInt8(0) === END;
    this.pending = this.rest.readUInt32BE(1);
    this.rest = this.rest.subarray(HEADER_BYTES);
    return true;
  }
}

/** The chunks that were sent. @throws ServiceUnavailableError when the sender broke off */
export async function* receiveFrames(
  stream: Duplex,
  { keepOpen = false }: ReceiveOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const parser = new FrameParser();
  for await (const part of stream.iterator({ destroyOnReturn: !keepOpen }) as AsyncIterable<Buffer>) {
    yield* parser.push(part);
    if (parser.isEnded) return;
  }
  throw new ServiceUnavailableError('The host of the container broke off in the middle.');
}
