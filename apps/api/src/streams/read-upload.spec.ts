import { expect, it } from 'vitest';
import { base64Bytes, base64Text } from './base64.js';
import { readUpload } from './read-upload.js';

/** A body in pieces of this many bytes. */
async function* body(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for await (const field of readUpload(body(text, size), 'data')) {
    if (!('pieces' in field)) found.push([field.name, field.value]);
    else {
      let value = '';
      for await (const piece of field.pieces) value += piece;
      found.push([field.name, value]);
    }
  }
  return found;
}

const SIZES = [1, 2, 3, 7, 1_000];

it.each([
  '{"data":"YWJj"}',
  ' \n{ "path" : "/tmp" ,\t"data" : "YWJj" } ',
  '{"data":"YWJj","path":"/tmp"}',
  '{"other":{"a":[1,"}",{"b":null}]},"data":"","n":-1.5,"t":true}',
  '{"data":"\\u0000\\"\\\\\\/ü😀\\ud83d\\ude00\\n"}',
  '{"data":null,"da\\u0074a":"x"}',
  '{}',
])('reads %s, however it is cut', async (text) => {
  const wanted = [...text.matchAll(/./gs)].length === 0 ? [] : Object.entries(JSON.parse(text) as object);
  for (const size of SIZES) expect(Object.fromEntries(await read(text, size))).toEqual(Object.fromEntries(wanted));
});

it.each([
  '',
  '[]',
  '"data"',
  '{',
  '{"data"',
  '{"data":"a',
  '{"data":"a"',
  '{"data":"a\\',
  '{"data":"\\x"}',
  '{"data":"a" "b":1}',
  '{"a":[1}',
  '{"a":1]}',
  `{"a":"${'x'.repeat(70_000)}"}`,
])('refuses %s', async (text) => {
  for (const size of SIZES) {
    await expect(read(text, size)).rejects.toMatchObject({ errorClass: 'invalid', code: 'invalid-value' });
  }
});

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

it.each([0, 1, 2, 3, 4, 5, 100])('writes and reads %d bytes of Base64, however they are cut', async (length) => {
  const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 37) % 256));
  for (const size of SIZES) {
    let text = '';
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < length; at += size) yield bytes.subarray(at, at + size);
    }
    for await (const piece of base64Text(source())) text += piece;
    expect(text).toBe(bytes.toString('base64'));
    const read: Buffer[] = [];
    for await (const chunk of base64Bytes(pieces(text, size))) read.push(chunk);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
  }
});

it.each(['a', 'abc', 'ab*d', 'YQ==YWJj', 'Y===', '=abc', 'ab=c', 'äöüß'])('refuses %s as Base64', async (text) => {
  for (const size of SIZES) {
    const reading = async (): Promise<void> => {
      for await (const chunk of base64Bytes(pieces(text, size))) expect(chunk).toBeDefined();
    };
    await expect(reading()).rejects.toThrow('Base64');
  }
});

it('ignores line breaks in Base64', async () => {
  const read: Buffer[] = [];
  for await (const chunk of base64Bytes(pieces('YW\r\nJj\n', 1))) read.push(chunk);
  expect(Buffer.concat(read).toString()).toBe('abc');
});
