const HEADER_BYTES = 8;

/**
 * Takes the engine's multiplexed output apart. Without a terminal, stdout and stderr come as frames: one byte of stream number, three of
 * nothing, four of length, then the bytes. What both said is passed on in the order it came.
 */
export async function* demultiplex(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let header = Buffer.alloc(0);
  let wanted = 0;
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.length > 0) {
      if (wanted > 0) {
        const body = rest.subarray(0, wanted);
        wanted -= body.length;
        rest = rest.subarray(body.length);
        yield body;
        continue;
      }
      const missing = HEADER_BYTES - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < HEADER_BYTES) continue;
      wanted = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  }
}
