import { StringDecoder } from 'node:string_decoder';

/** Splits a byte stream into JSON values, one a line; a line may come in several chunks and a chunk may hold several lines. */
export async function* jsonLines<T>(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<T> {
  // A chunk may also end inside a character.
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T;
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield JSON.parse(rest) as T;
}
