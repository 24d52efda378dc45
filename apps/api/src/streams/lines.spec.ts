import { expect, it } from 'vitest';
import { linesOf } from './lines.js';

it.each([1, 2, 3, 5, 100])('finds lines in pieces of %d bytes', async (size) => {
  const bytes = Buffer.from('one\nzwölf 😀\n\nthe rest');
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: string[] = [];
  for await (const line of linesOf(pieces())) lines.push(line);
  expect(lines).toEqual(['one', 'zwölf 😀', '', 'the rest']);
});
