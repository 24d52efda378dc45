import { describe, expect, it } from 'vitest';
import { isJsonType, readJson } from './read-json.js';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('the JSON of a body', () => {
  it.each([
    ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
    ['', undefined],
    ['{', undefined],
    [nested(64), JSON.parse(nested(64)) as unknown],
  ])('%s', (text, value) => {
    expect(readJson(text)).toEqual(value);
  });

  it.each([65, 100_000])('may not have %d levels', (levels) => {
    expect(() => readJson(nested(levels))).toThrow(/nested deeper than 64 levels/);
    expect(() => readJson(`{"a":${nested(levels)}}`)).toThrow(/nested/);
  });
});

it.each([
  ['application/json', true],
  ['Application/JSON; charset=utf-8', true],
  ['application/json-patch+json', false],
  ['text/plain', false],
  ['', false],
  [undefined, false],
])('the type %s is JSON: %s', (type, isJson) => {
  expect(isJsonType(type)).toBe(isJson);
});
