import { InvalidValueError } from '@zun/domain';

const WORD = /(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/y;
const PART = /\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\s'"\\]+)/g;

/** Splits a command line as a POSIX shell does: quotes and backslashes, nothing else. @throws InvalidValueError for an open quote */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let at = line.search(/\S|$/);
  while (at < line.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(line);
    if (!match) throw new InvalidValueError('command: a quote is not closed, or nothing follows the last backslash');
    words.push(unquote(match[0]));
    at = WORD.lastIndex;
    while (at < line.length && /\s/.test(line[at]!)) at += 1;
  }
  return words;
}

function unquote(word: string): string {
  return word.replace(PART, (_whole, escaped?: string, single?: string, double?: string, plain?: string) => {
    if (double !== undefined) return double.replace(/\\(["\\$`])/g, '$1').replace(/\\\n/g, '');
    return escaped ?? single ?? plain ?? '';
  });
}
