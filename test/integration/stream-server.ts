import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StreamTicket } from '@zun/domain';
import { receiveFrames, StreamGateway } from '@zun/streams';

/** The end of streams that an API copy would be. */
export class StreamServer {
  private readonly server: Server = createServer((_request, response) => response.writeHead(404).end());
  readonly gateway = new StreamGateway({ url: () => `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` });

  async start(): Promise<void> {
    this.gateway.attach(this.server);
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.gateway.close();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Everything that is sent, as text. @param ask asks for it, with the ticket */
  async receiveText(ask: (ticket: StreamTicket) => Promise<unknown>): Promise<string> {
    const expected = this.gateway.expect(5_000);
    await ask(expected.ticket);
    let text = '';
    for await (const chunk of receiveFrames(await expected.stream)) text += chunk.toString();
    return text;
  }
}
