import { describe, expect, it } from 'vitest';
import { mapLimited } from './concurrency.js';
import { demultiplex } from './demux.js';
import { jsonLines } from './json-lines.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('JSON lines', () => {
  const bytes = Buffer.from('{"a":1}\n{"b":"ü🙂"}\n\n{"c":[1,2]}');
  it.each([1, 2, 3, 7, 8, 1000])('come whole out of chunks of %i bytes', async (size) => {
    expect(await all(jsonLines(pieces(bytes, size)))).toEqual([{ a: 1 }, { b: 'ü🙂' }, { c: [1, 2] }]);
  });
});

describe('multiplexed output', () => {
  const frame = (stream: number, text: string): Buffer => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame(1, 'out\n'), frame(2, ''), frame(2, 'err ü\n'), frame(1, 'x'.repeat(300))]);
  it.each([1, 5, 8, 13, 10_000])('comes apart in chunks of %i bytes', async (size) => {
    const text = Buffer.concat(await all(demultiplex(pieces(bytes, size)))).toString();
    expect(text).toBe(`out\nerr ü\n${'x'.repeat(300)}`);
  });
});

describe('limited concurrency', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimited([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, item));
      running--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });
});
