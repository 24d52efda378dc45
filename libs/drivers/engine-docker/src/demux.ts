const HEADER_BYTES = 8;

/**
 * Takes the engine's multiplexed output apart. Without a terminal, stdout and stderr come as frames: one byte of stream number, three of
 * nothing, four of length, then the bytes. What both said is passed on in the order it came, as much at a time as came at a time: programs write
 * a few KiB at once, and each piece costs everybody behind this the same, however small it is.
 */
export async function* demultiplex(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frames = new EngineFrames();
  for await (const chunk of stream) {
    const said = frames.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (said.length > 0) yield said.length === 1 ? said[0]! : Buffer.concat(said);
  }
}

class EngineFrames {
  private header: Buffer = Buffer.alloc(0);
  /** Bytes of the frame under way that are still to come. */
  private wanted = 0;

  /** @returns the content that these bytes bring */
  push(bytes: Buffer): Buffer[] {
    const said: Buffer[] = [];
    let rest = bytes;
    while (rest.length > 0) {
      if (this.wanted > 0) {
        const body = rest.subarray(0, this.wanted);
        this.wanted -= body.length;
        rest = rest.subarray(body.length);
        said.push(body);
        continue;
      }
      const missing = HEADER_BYTES - this.header.length;
      this.header = Buffer.concat([this.header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.header.length < HEADER_BYTES) continue;
      this.wanted = this.header.readUInt32BE(4);
      this.header = Buffer.alloc(0);
    }
    return said;
  }
}
