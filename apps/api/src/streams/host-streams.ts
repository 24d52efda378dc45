import { Inject, Injectable } from '@nestjs/common';
import type { Duplex } from 'node:stream';
import type { Outcome } from '@zun/contracts';
import { DomainError, type DomainErrorData, type StreamTicket } from '@zun/domain';
import { receiveFrames, sendFrames, StreamGateway } from '@zun/streams';

/** Milliseconds a host has to dial, once it was asked. */
const DIAL_TIMEOUT_MS = 10_000;

type Ask<T> = (ticket: StreamTicket) => Promise<T>;

/** Streams from and to hosts: a host is asked by message, and dials. */
@Injectable()
export class HostStreams {
  constructor(@Inject(StreamGateway) private readonly gateway: StreamGateway) {}

  /**
   * Has a host send something.
   * @param ask asks the host, giving it the ticket; what it throws is thrown, and nobody waits any more
   * @param signal breaks the stream, whether somebody reads at that moment or not
   * @returns what the host answers, and what it sends, at the pace it is read
   */
  async receive<T>(ask: Ask<T>, signal?: AbortSignal): Promise<{ answer: T; chunks: AsyncIterable<Uint8Array> }> {
    const { answer, stream } = await this.open(ask);
    if (signal) breakOn(signal, stream);
    return { answer, chunks: receiveFrames(stream) };
  }

  /**
   * Sends a host something, at the pace it is read, and waits until the host has done with it.
   * @throws what `ask` and `chunks` throw, and what the host says that went wrong; then it need not have read everything
   */
  async send(ask: Ask<unknown>, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { stream } = await this.open(ask);
    stream.on('error', () => undefined);
    const outcome = readOutcome(stream);
    // It is waited for below, unless the sending fails.
    outcome.catch(() => undefined);
    const sending = sendFrames(stream, chunks);
    try {
      // Who refuses does not read to the end.
      await Promise.race([sending, outcome]);
      const { ok, ...said } = await outcome;
      if (!ok) throw DomainError.fromData((said as { error: DomainErrorData }).error);
    } finally {
      sending.catch(() => undefined);
      stream.destroy();
    }
  }

  /** Opens a stream for both ways, in frames. @throws what `ask` throws */
  async join(ask: Ask<unknown>): Promise<Duplex> {
    return (await this.open(ask)).stream;
  }

  private async open<T>(ask: Ask<T>): Promise<{ answer: T; stream: Duplex }> {
    const expected = this.gateway.expect(DIAL_TIMEOUT_MS);
    try {
      const answer = await ask(expected.ticket);
      return { answer, stream: await expected.stream };
    } catch (error) {
      expected.cancel();
      throw error;
    }
  }
}

function breakOn(signal: AbortSignal, stream: Duplex): void {
  const destroy = (): void => void stream.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', destroy));
  // Whoever reads is told; nobody may.
  stream.on('error', () => undefined);
  if (signal.aborted) destroy();
}

async function readOutcome(stream: Duplex): Promise<Outcome<unknown>> {
  const parts: Uint8Array[] = [];
  for await (const part of receiveFrames(stream)) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString()) as Outcome<unknown>;
}
