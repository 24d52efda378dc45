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

/** The chunks that were sent. @throws ServiceUnavailableError when the sender broke off */
export async function* receiveFrames(stream: Duplex): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let pending = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, part]) : part;
    rest = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (pending === 0) {
        if (bytes.length < HEADER_BYTES) break;
        if (bytes.readUInt8(0) === END) return;
        pending = bytes.readUInt32BE(1);
        bytes = bytes.subarray(HEADER_BYTES);
        continue;
      }
      const chunk = bytes.subarray(0, pending);
      pending -= chunk.length;
      bytes = bytes.subarray(chunk.length);
      yield chunk;
    }
    rest = bytes;
  }
  throw new ServiceUnavailableError('The host of the container broke off in the middle.');
}
