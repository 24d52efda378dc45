/** A source whose own failure can be told from that of what is done with it. */
export interface NotedSource {
  readonly content: AsyncIterable<Uint8Array>;
  /** What the source threw, if it did; else null. */
  readonly failure: () => Error | null;
}

/** Passes a source on, and notes what it throws. */
export function notedSource(source: AsyncIterable<Uint8Array>): NotedSource {
  let failed: Error | null = null;
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      failed = error as Error;
      throw error;
    }
  }
  return { content: content(), failure: () => failed };
}
