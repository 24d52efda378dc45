import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ServiceUnavailableError, systemClock, type Clock, type StreamTicket } from '@zun/domain';
import { KEEP_ALIVE_MS, STREAM_PATH, STREAM_PROTOCOL, TOKEN_HEADER } from './protocol.js';

export interface GatewayOptions {
  /** Where hosts reach this API copy; a function when it is only known once it listens. */
  readonly url: () => string;
  readonly clock?: Clock;
}

/** A stream that was asked for and has not come yet. */
export interface ExpectedStream {
  readonly ticket: StreamTicket;
  /** The stream. @throws ServiceUnavailableError when the host does not dial in time */
  readonly stream: Promise<Duplex>;
  /** Nobody waits any more: whoever dials is refused. */
  cancel(): void;
}

interface Waiting {
  readonly accept: (stream: Duplex) => void;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/**
 * The end of streams in an API copy. A host is told by message where to dial, with a token that is good for one stream and a short
 * time: no host needs an open port, and bulk never crosses the broker.
 */
export class StreamGateway {
  private readonly waiting = new Map<string, Waiting>();
  /** Streams that are open, to be ended with the service. */
  private readonly open = new Set<Duplex>();
  private readonly clock: Clock;

  constructor(private readonly options: GatewayOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /**
   * Begins to take streams on this server.
   * @param others takes requests to switch to anything else; absent: they are refused
   */
  attach(server: Server, others?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.headers.upgrade?.toLowerCase() === STREAM_PROTOCOL) this.admit(request, socket, head);
      else if (others) others(request, socket, head);
      else refuse(socket, 400);
    });
  }

  /** Waits for one stream. @param timeoutMs how long the token is good */
  expect(timeoutMs: number): ExpectedStream {
    const token = randomBytes(32).toString('base64url');
    const key = hashOf(token);
    const done = new AbortController();
    const forget = (): void => {
      this.waiting.delete(key);
      done.abort();
    };
    const stream = new Promise<Duplex>((resolve, reject) => {
      this.waiting.set(key, {
        accept: (accepted) => {
          forget();
          resolve(accepted);
        },
      });
      void this.clock.sleep(timeoutMs, done.signal).then(() => {
        if (!this.waiting.delete(key)) return;
        reject(new ServiceUnavailableError('The host of the container did not open the stream in time.'));
      });
    });
    // Whoever cancels does not wait for it.
    stream.catch(() => undefined);
    return { ticket: { url: this.options.url(), token }, stream, cancel: forget };
  }

  /** Ends every open stream, so that the server can close. */
  close(): void {
    for (const stream of this.open) stream.destroy();
  }

  private admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const token = request.headers[TOKEN_HEADER];
    const waiting = typeof token === 'string' ? this.waiting.get(hashOf(token)) : undefined;
    if (!request.url?.endsWith(STREAM_PATH) || !waiting) return refuse(socket, 403);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${STREAM_PROTOCOL}\r\n\r\n`);
    if (head.length > 0) socket.unshift(head);
    if (socket instanceof Socket) socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    waiting.accept(socket);
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
