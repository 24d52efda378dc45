/**
 * Splits a command as a shell does: words, with '…', "…" and \ for what is in them. Nothing is replaced.
 * @throws Error when a quote has no end
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    const escapes: boolean = character === '\\' && (quote === '' || (quote === '"' && /["\\]/.test(text[at + 1] ?? '')));
    if (escapes) word = (word ?? '') + (text[(at += 1)] ?? '');
    else if (character === quote) quote = '';
    else if (quote === '' && /["']/.test(character)) [quote, word] = [character, word ?? ''];
    else if (quote === '' && /\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') throw new Error(`A ${quote} has no end.`);
  return word === null ? words : [...words, word];
}

/** Lines of `NAME=value`. @throws Error naming the line that has no name */
export function parsePairs(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`Each line must be NAME=value, and “${line.trim()}” is not.`);
      return [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}
