import { expect, it } from 'vitest';
import { plainText, tailOf } from './log-text.js';

it.each([
  ['short', 10, 'short'],
  ['one\ntwo\nthree\n', 8, 'three\n'],
  ['no line ends', 4, 'ends'],
])('of %j at most %d characters are %j', (text, max, tail) => {
  expect(tailOf(text, max)).toBe(tail);
});

it.each([
  ['a\r\nb', 'a\nb'],
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['50 %\r60 %', '50 %\r60 %'],
])('of %j a page shows %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});
