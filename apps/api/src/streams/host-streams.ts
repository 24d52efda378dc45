import { Inject, Injectable } from '@nestjs/common';
import type { StreamTicket } from '@zun/domain';
import { receiveFrames, StreamGateway } from '@zun/streams';

/** Milliseconds a host has to dial, once it was asked. */
const DIAL_TIMEOUT_MS = 10_000;

/** Streams from hosts: a host is asked by message, and dials. */
@Injectable()
export class HostStreams {
  constructor(@Inject(StreamGateway) private readonly gateway: StreamGateway) {}

  /**
   * Has a host send something.
   * @param ask asks the host, giving it the ticket; what it throws is thrown, and nobody waits any more
   * @returns what the host sends, at the pace it is read
   */
  async receive(ask: (ticket: StreamTicket) => Promise<unknown>): Promise<AsyncIterable<Uint8Array>> {
    const expected = this.gateway.expect(DIAL_TIMEOUT_MS);
    try {
      await ask(expected.ticket);
      return receiveFrames(await expected.stream);
    } catch (error) {
      expected.cancel();
      throw error;
    }
  }
}
