import { InvalidValueError } from '@zun/domain';
import { TextCursor } from './text-cursor.js';

/** How long a field may be that is not the one that streams. */
const MAX_FIELD = 65_536;

/** A field of a JSON object that is read as it comes: small ones whole, the large one piece by piece. */
export type UploadField =
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly pieces: AsyncGenerator<string, void, undefined> };

/**
 * Reads a JSON object of any size without holding it: the text of the field `large` comes in pieces, which must be read before the
 * next field is asked for.
 * @throws InvalidValueError for what is no JSON object
 */
export async function* readUpload(
  chunks: AsyncIterable<Uint8Array>,
  large: string,
): AsyncGenerator<UploadField, void, undefined> {
  const cursor = new TextCursor(decode(chunks));
  await expectOne(cursor, '{');
  if ((await cursor.peek()) === '}') return;
  for (;;) {
    await expectOne(cursor, '"');
    const name = await collect(stringPieces(cursor));
    await expectOne(cursor, ':');
    const first = await cursor.peek();
    if (name === large && first === '"') {
      cursor.take();
      yield { name, pieces: stringPieces(cursor) };
    } else {
      yield { name, value: await readValue(cursor) };
    }
    const next = await expectOne(cursor, ',', '}');
    if (next === '}') return;
  }
}

async function* decode(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? notJson('it is no UTF-8') : error;
  }
}

async function expectOne(cursor: TextCursor, ...wanted: string[]): Promise<string> {
  const found = await cursor.peek();
  if (!wanted.includes(found)) {
    throw notJson(`${wanted.join(' or ')} is missing ${found === '' ? 'at the end' : `before ${JSON.stringify(found)}`}`);
  }
  cursor.take();
  return found;
}

/** The text of a string whose opening quote was taken; takes its closing quote, too. */
async function* stringPieces(cursor: TextCursor): AsyncGenerator<string, void, undefined> {
  let high = '';
  for (;;) {
    const text = await cursor.rest();
    const { end, isClosed, hasEscapes } = findEnd(text);
    if (end > 0) {
      const piece = high + (hasEscapes ? unescape(text.slice(0, end)) : text.slice(0, end));
      // Half of a pair of surrogates waits for the other half.
      high = /[\ud800-\udbff]$/.test(piece) ? piece.slice(-1) : '';
      cursor.skip(end);
      yield high === '' ? piece : piece.slice(0, -1);
    }
    if (isClosed) {
      cursor.skip(1);
      if (high !== '') yield high;
      return;
    }
    if (!(await cursor.more())) throw notJson('a text has no end');
  }
}

/** How far a string goes in this text, up to its closing quote or to an escape that is cut off. */
function findEnd(text: string): { end: number; isClosed: boolean; hasEscapes: boolean } {
  let quote = text.indexOf('"');
  let escape = text.indexOf('\\');
  const hasEscapes = escape >= 0 && (quote < 0 || escape < quote);
  while (escape >= 0 && (quote < 0 || escape < quote)) {
    const after = escape + (text[escape + 1] === 'u' ? 6 : 2);
    if (after > text.length) return { end: escape, isClosed: false, hasEscapes };
    if (quote >= 0 && quote < after) quote = text.indexOf('"', after);
    escape = text.indexOf('\\', after);
  }
  return quote < 0 ? { end: text.length, isClosed: false, hasEscapes } : { end: quote, isClosed: true, hasEscapes };
}

function unescape(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    throw notJson('a text in it is broken');
  }
}

async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length > MAX_FIELD) throw notJson('a field of it is too long');
  }
  return text;
}

/** A value of any kind, but not a long one. */
async function readValue(cursor: TextCursor): Promise<unknown> {
  let text = '';
  let depth = 0;
  for (;;) {
    const next = await cursor.peek();
    if (next === '') throw notJson('it ends too early');
    if (depth === 0 && (next === ',' || next === '}')) break;
    cursor.take();
    if (next === '"') text += JSON.stringify(await collect(stringPieces(cursor)));
    else text += next;
    if (next === '{' || next === '[') depth++;
    if (next === '}' || next === ']') depth--;
    if (text.length > MAX_FIELD) throw notJson('a field of it is too long');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw notJson('a value in it is broken');
  }
}

function notJson(why: string): InvalidValueError {
  return new InvalidValueError(`data: the body must be a JSON object: ${why}.`);
}
