import { expect, it } from 'vitest';
import { splitWords } from './split-words.js';

it.each([
  ['sleep 10', ['sleep', '10']],
  ['  a   b\t c ', ['a', 'b', 'c']],
  ['sh -c "echo hi; sleep 1"', ['sh', '-c', 'echo hi; sleep 1']],
  ['echo \'a "b" c\'', ['echo', 'a "b" c']],
  ['echo "a \\"b\\" \\n"', ['echo', 'a "b" \\n']],
  ['a\\ b c', ['a b', 'c']],
  [`x'y'"z"`, ['xyz']],
  [`'' ""`, ['', '']],
  ['', []],
])('splits %s', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

it.each(["echo 'a", 'echo "a', 'a\\'])('refuses %s', (line) => {
  expect(() => splitWords(line)).toThrow(/quote/);
});
