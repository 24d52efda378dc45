import { InvalidValueError } from '@zun/domain';

/** Bytes of any length as Base64, piece by piece. */
export async function* base64Text(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = bytes.length - (bytes.length % 3);
    if (end > 0) yield bytes.toString('base64', 0, end);
    rest = Buffer.from(bytes.subarray(end));
  }
  if (rest.length > 0) yield rest.toString('base64');
}

/** The bytes of a Base64 text that comes in pieces; line breaks in it are ignored. @throws InvalidValueError for anything else */
export async function* base64Bytes(pieces: AsyncIterable<string>): AsyncGenerator<Buffer, void, undefined> {
  let rest = '';
  let hasEnded = false;
  for await (const piece of pieces) {
    const text = rest + (/[\r\n]/.test(piece) ? piece.replace(/[\r\n]+/g, '') : piece);
    const end = text.length - (text.length % 4);
    rest = text.slice(end);
    if (end === 0) continue;
    const quads = text.slice(0, end);
    if (hasEnded || !isBase64(quads)) throw invalid();
    hasEnded = quads.endsWith('=');
    yield Buffer.from(quads, 'base64');
  }
  if (rest !== '') throw invalid();
}

/** @param text of a length divisible by four */
function isBase64(text: string): boolean {
  const digits = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  return !/[^A-Za-z0-9+/]/.test(digits);
}

function invalid(): InvalidValueError {
  return new InvalidValueError('data: it must be Base64.');
}
