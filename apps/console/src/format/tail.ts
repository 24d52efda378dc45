/** @returns the end of a text, from the beginning of a line on */
export function tailOf(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.length - maxCharacters;
  return text.slice(text.indexOf('\n', cut) + 1 || cut);
}
