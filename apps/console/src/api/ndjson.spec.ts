import { expect, it } from 'vitest';
import { readJsonLines } from './ndjson.js';

async function* pieces(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

async function read(...texts: string[]): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of readJsonLines(pieces(texts))) values.push(value);
  return values;
}

it('reads lines wherever the text is cut', async () => {
  expect(await read('{"a":', '1}\n{"a"', ':2}\n')).toEqual([{ a: 1 }, { a: 2 }]);
});

it('needs no end of the last line, and passes over empty ones', async () => {
  expect(await read('{"a":1}\n\n', '{"a":2}')).toEqual([{ a: 1 }, { a: 2 }]);
});

it('refuses what is not JSON', async () => {
  await expect(read('{"a":\n')).rejects.toThrow(SyntaxError);
});
