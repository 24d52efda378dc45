/** @returns the end of a text, from the beginning of a line on */
export function tailOf(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.length - maxCharacters;
  return text.slice(text.indexOf('\n', cut) + 1 || cut);
}

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
/** Colours and movements of a cursor (`ESC [ … letter`), and what is said to a window (`ESC ] … BEL`). */
const CONTROLS = new RegExp(`${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|\\r(?=\\n)`, 'g');

/** What a terminal has printed, without what only terminals understand. */
export const plainText = (text: string): string => text.replace(CONTROLS, '');
