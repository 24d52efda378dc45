import { expect, it } from 'vitest';
import { tailOf } from './tail.js';

it.each([
  ['short', 10, 'short'],
  ['one\ntwo\nthree\n', 8, 'three\n'],
  ['no line ends', 4, 'ends'],
])('of %j at most %d characters are %j', (text, max, tail) => {
  expect(tailOf(text, max)).toBe(tail);
});
