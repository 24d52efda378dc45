/** Text of any length as one JSON string, piece by piece. What is no UTF-8 is replaced, characters that come in pieces are joined. */
export async function* jsonText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  yield '"';
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield JSON.stringify(text).slice(1, -1);
  }
  yield `${JSON.stringify(decoder.decode()).slice(1, -1)}"`;
}
