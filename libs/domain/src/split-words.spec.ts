import { InvalidValueError } from './errors.js';
import { describe, expect, it } from 'vitest';
import { splitWords } from './split-words.js';

describe('splitting a command into words', () => {
  it.each<[string, string[]]>([
    ['ls -l /tmp', ['ls', '-l', '/tmp']],
    ['  ls \t -l\n', ['ls', '-l']],
    ['sh -c "echo a b"', ['sh', '-c', 'echo a b']],
    [`sh -c 'echo "a  b"'`, ['sh', '-c', 'echo "a  b"']],
    ['echo "say \\"hi\\""', ['echo', 'say "hi"']],
    ['echo "a\\b"', ['echo', 'a\\b']],
    [`echo 'a\\b'`, ['echo', 'a\\b']],
    ['echo a\\ b', ['echo', 'a b']],
    [`a'b'"c"d`, ['abcd']],
    [`echo '' ""`, ['echo', '', '']],
    ['echo $HOME *', ['echo', '$HOME', '*']],
    ['echo # no comment', ['echo', '#', 'no', 'comment']],
    ['echo grüße 🙂', ['echo', 'grüße', '🙂']],
  ])('%j', (command, words) => {
    expect(splitWords(command)).toEqual(words);
  });

  it.each(['echo "open', "echo 'open", 'echo \\', '', '   '])('refuses %j', (command) => {
    expect(() => splitWords(command)).toThrow(InvalidValueError);
  });
});
