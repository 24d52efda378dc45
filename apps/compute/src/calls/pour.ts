import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes all chunks at the pace of the sink, and ends it. A sink that is closed meanwhile takes no more. @throws what the chunks throw */
export async function pour(chunks: AsyncIterable<Uint8Array>, sink: Writable): Promise<void> {
  for await (const chunk of chunks) {
    if (sink.destroyed || sink.writableEnded) return;
    if (!sink.write(chunk)) await roomOrEnd(sink);
  }
  sink.end();
}

async function roomOrEnd(sink: Writable): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(sink, 'drain', { signal }), once(sink, 'close', { signal })]);
  } finally {
    settled.abort();
  }
}
