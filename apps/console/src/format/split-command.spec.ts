import { expect, it } from 'vitest';
import { parsePairs, splitCommand } from './split-command.js';

it.each([
  ['', []],
  ['  sleep  1000 ', ['sleep', '1000']],
  [`sh -c 'echo "a b"'`, ['sh', '-c', 'echo "a b"']],
  [`echo "say \\"a\\"" b\\ c`, ['echo', 'say "a"', 'b c']],
  [`echo '' x`, ['echo', '', 'x']],
  [`a"b"'c'`, ['abc']],
  [`echo "$HOME \\n"`, ['echo', '$HOME \\n']],
])('splits %j', (text, words) => {
  expect(splitCommand(text)).toEqual(words);
});

it('refuses a quote without an end', () => {
  expect(() => splitCommand(`echo 'a`)).toThrow("A ' has no end.");
});

it('reads pairs, whose values may hold anything', () => {
  expect(parsePairs('A=1\n\nB=x=y z\nC=')).toEqual({ A: '1', B: 'x=y z', C: '' });
  expect(() => parsePairs('A=1\nB')).toThrow('“B” is not');
});
