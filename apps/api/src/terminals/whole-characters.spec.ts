import { describe, expect, it } from 'vitest';
import { wholeCharacters } from './whole-characters.js';

async function passed(pieces: readonly Buffer[]): Promise<Buffer[]> {
  const passed: Buffer[] = [];
  async function* source(): AsyncGenerator<Buffer> {
    yield* pieces;
  }
  for await (const piece of wholeCharacters(source())) passed.push(piece);
  return passed;
}

describe('whole characters', () => {
  const text = Buffer.from('aü€🙂z');
  it.each([1, 2, 3, 4, 5, 100])('are what pieces of %i bytes become', async (size) => {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.subarray(at * size, (at + 1) * size));
    const whole = await passed(pieces);
    expect(Buffer.concat(whole)).toEqual(text);
    const strict = new TextDecoder('utf-8', { fatal: true });
    for (const piece of whole) expect(() => strict.decode(piece)).not.toThrow();
  });
  it('leaves other bytes as they are', async () => {
    const other = [Buffer.from([0xff, 0x80, 0x80, 0x80]), Buffer.from([0xf8]), Buffer.from([0xe2, 0x82])];
    expect(Buffer.concat(await passed(other))).toEqual(Buffer.concat(other));
  });
});
