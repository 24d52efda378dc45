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
/** What may wait to be sent. Far more than a stream's own limit, which has a sender wait for each chunk to be gone. */
const MAX_WAITING_BYTES = 256 * 1024;

function header(type: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

export interface SendOptions {
  /** What the last frame carries; asked for once all chunks are sent. Default: nothing. */
  readonly lastWord?: () => Promise<Uint8Array>;
}

/** Sends chunks at the pace of the receiver, and ends this way of the stream. @throws what the chunks throw, after breaking the stream */
export async function sendFrames(
  stream: Duplex,
  chunks: AsyncIterable<Uint8Array>,
  { lastWord }: SendOptions = {},
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      sendFrame(stream, chunk);
      if (stream.writableLength > MAX_WAITING_BYTES) await drained(stream);
      if (stream.destroyed) return;
    }
    endFrames(stream, await lastWord?.());
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** Sends one chunk. @returns false when the next one should wait for the stream's `drain` */
export function sendFrame(stream: Duplex, chunk: Uint8Array): boolean {
  // As one piece, which one packet may carry.
  stream.cork();
  stream.write(header(DATA, chunk.length));
  const hasRoom = stream.write(chunk);
  stream.uncork();
  return hasRoom;
}

/** Says that this was all, and ends this way of the stream. */
export function endFrames(stream: Duplex, lastWord: Uint8Array = Buffer.alloc(0)): void {
  stream.write(header(END, lastWord.length));
  stream.end(lastWord);
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
  /** Is told what the last frame carries. */
  readonly onLastWord?: (lastWord: Buffer) => void;
}

/** Finds frames in bytes that come in any pieces. */
class FrameParser {
  private rest: Buffer = Buffer.alloc(0);
  /** Bytes of the frame under way that are still to come. */
  private pending = 0;
  private isLast = false;
  private readonly lastParts: Buffer[] = [];

  /** True once the last frame has come, whole. */
  get isEnded(): boolean {
    return this.isLast && this.pending === 0;
  }

  /** What the last frame carries. */
  get lastWord(): Buffer {
    return Buffer.concat(this.lastParts);
  }

  /** @returns the content that these bytes complete or continue */
  *push(part: Buffer): Generator<Buffer, void, undefined> {
    this.rest = this.rest.length > 0 ? Buffer.concat([this.rest, part]) : part;
    while (!this.isEnded) {
      if (this.pending === 0 && !this.readHeader()) return;
      if (this.isEnded) return;
      const chunk = this.rest.subarray(0, this.pending);
      if (chunk.length === 0 && this.pending > 0) return;
      this.rest = this.rest.subarray(chunk.length);
      this.pending -= chunk.length;
      if (this.isLast) this.lastParts.push(chunk);
      else if (chunk.length > 0) yield chunk;
    }
  }

  private readHeader(): boolean {
    if (this.rest.length < HEADER_BYTES) return false;
    this.isLast = this.rest.readUInt8(0) === END;
    this.pending = this.rest.readUInt32BE(1);
    this.rest = this.rest.subarray(HEADER_BYTES);
    return true;
  }
}

/** The chunks that were sent. @throws ServiceUnavailableError when the sender broke off */
export async function* receiveFrames(
  stream: Duplex,
  { keepOpen = false, onLastWord }: ReceiveOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const parser = new FrameParser();
  for await (const part of stream.iterator({ destroyOnReturn: !keepOpen }) as AsyncIterable<Buffer>) {
    yield* parser.push(part);
    if (!parser.isEnded) continue;
    onLastWord?.(parser.lastWord);
    return;
  }
  throw new ServiceUnavailableError('The host of the container broke off in the middle.');
}
