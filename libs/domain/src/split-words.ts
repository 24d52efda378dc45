import { InvalidValueError } from './errors.js';

/** Whitespace, a quoted part, an escaped character, or plain text. */
const TOKEN = /(\s+)|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;

/**
 * Splits a command into words as a POSIX shell would, without expanding anything: quotes group, a backslash takes the next character as it
 * is; in double quotes it does so for `"` and `\` only.
 * @throws InvalidValueError for an open quote, a backslash at the end, or no word at all
 */
export function splitWords(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < command.length) {
    const match = TOKEN.exec(command);
    if (!match) throw new InvalidValueError(`Invalid command: no closing quotation or escaped character in: ${command}`);
    const [, space, single, double, escaped, plain] = match;
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain ?? '');
    }
  }
  if (word !== null) words.push(word);
  if (words.length === 0) throw new InvalidValueError('Invalid command: it is empty.');
  return words;
}
