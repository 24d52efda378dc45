/** The bytes of a chunk as text. */
export const textOf = (chunk: Uint8Array): string => Buffer.from(chunk).toString();

/** A source of these parts, in order. */
export async function* bytes(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
