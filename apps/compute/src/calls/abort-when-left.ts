import type { Duplex } from 'node:stream';

/** Aborts when the other end of a stream over which it sends nothing has gone. It is noticed only while somebody reads. */
export function abortWhenLeft(stream: Duplex, left: AbortController): void {
  const abort = (): void => left.abort();
  stream.once('end', abort);
  stream.once('close', abort);
  stream.resume();
  if (stream.destroyed) abort();
}
