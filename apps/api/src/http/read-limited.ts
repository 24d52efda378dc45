import type { IncomingMessage } from 'node:http';
import { DomainError } from '@zun/domain';

/**
 * A body as it comes. Whoever stops in the middle of it may still answer: the rest is read and dropped, as many clients look for an
 * answer only when they have sent everything.
 * @throws DomainError of class too-large as soon as the limit is passed; of class invalid when the client breaks off
 */
export async function* readLimited(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer, void, undefined> {
  try {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    let size = 0;
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('invalid', 'invalid-value', 'The body of the request broke off.', { cause: error });
  } finally {
    drain(request);
  }
}

/** Reads what is left of a body and drops it. */
export function drain(request: IncomingMessage): void {
  request.removeAllListeners('readable');
  request.resume();
}

function tooLarge(maxBytes: number): DomainError {
  return new DomainError('too-large', '', `The body of the request is larger than ${maxBytes} bytes.`);
}
