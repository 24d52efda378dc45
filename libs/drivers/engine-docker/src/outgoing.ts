import { Readable } from 'node:stream';

/** Content on its way to the engine. */
export interface Outgoing {
  readonly stream: Readable;
  /** Aborts when the content breaks off: the engine must not take what it has got for all there is. */
  readonly broken: AbortSignal;
  /** Throws what the content threw, if that is why the request has failed. */
  readonly throwIfBroken: () => void;
}

/** To be destroyed when the request is over. */
export function outgoing(content: AsyncIterable<Uint8Array>): Outgoing {
  const stream = Readable.from(content);
  const broken = new AbortController();
  let cause: { readonly error: Error } | undefined;
  stream.once('error', (error) => {
    cause = { error };
    broken.abort();
  });
  return {
    stream,
    broken: broken.signal,
    throwIfBroken: () => {
      if (cause) throw cause.error;
    },
  };
}
