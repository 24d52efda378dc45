/** Bytes of a UTF-8 character that begins with this byte; 1 for what begins none. */
function lengthFrom(byte: number): number {
  if (byte >= 0xf0 && byte < 0xf8) return 4;
  if (byte >= 0xe0) return byte < 0xf0 ? 3 : 1;
  return byte >= 0xc0 ? 2 : 1;
}

/** How many bytes at the end begin a character that has not come whole. */
function incomplete(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes.readUInt8(bytes.length - back);
    if (byte >= 0x80 && byte < 0xc0) continue;
    return lengthFrom(byte) > back ? back : 0;
  }
  return 0;
}

/**
 * The same bytes, in pieces that do not end within a UTF-8 character: python-zunclient decodes each message by itself, and dies of half a
 * character. What is no UTF-8 passes as it is.
 */
export async function* wholeCharacters(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    const end = bytes.length - incomplete(bytes);
    held = Buffer.from(bytes.subarray(end));
    if (end > 0) yield bytes.subarray(0, end);
  }
  if (held.length > 0) yield held;
}
