import { expect, it } from 'vitest';
import { jsonText } from './json-text.js';

async function write(...chunks: Uint8Array[]): Promise<unknown> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield chunk;
  }
  let text = '';
  for await (const part of jsonText(source())) text += part;
  return JSON.parse(text);
}

it.each<[string, Uint8Array[], string]>([
  ['nothing', [], ''],
  ['several pieces', [Buffer.from('a\n'), Buffer.from('"b"\\\u0000')], 'a\n"b"\\\u0000'],
  ['a character in pieces', [Uint8Array.of(0xc3), Uint8Array.of(0xbc)], 'ü'],
  ['a pair of surrogates in pieces', [Buffer.from('😀').subarray(0, 2), Buffer.from('😀').subarray(2)], '😀'],
  ['what is no UTF-8', [Uint8Array.of(0xff, 0x61)], '\ufffda'],
  ['a character that is not finished', [Uint8Array.of(0xc3)], '\ufffd'],
])('writes %s', async (_case, chunks, text) => {
  expect(await write(...chunks)).toBe(text);
});
