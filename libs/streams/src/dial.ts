import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as netConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { ServiceUnavailableError, type StreamTicket } from '@zun/domain';
import { KEEP_ALIVE_MS, STREAM_PATH, STREAM_PROTOCOL, TOKEN_HEADER } from './protocol.js';

export interface DialOptions {
  /** Milliseconds to be let in. */
  readonly timeoutMs: number;
}

/**
 * Dials the API copy that waits for a stream. Each way of the stream ends on its own: the other end may still send after this end has
 * finished.
 * @throws ServiceUnavailableError when it does not answer, or does not know the ticket (any more)
 */
export function dialStream(ticket: StreamTicket, { timeoutMs }: DialOptions): Promise<Duplex> {
  const url = new URL(ticket.url.replace(/\/$/, '') + STREAM_PATH);
  return new Promise((resolve, reject) => {
    const call = openRequest(url, {
      method: 'GET',
      timeout: timeoutMs,
      headers: { Connection: 'Upgrade', Upgrade: STREAM_PROTOCOL, [TOKEN_HEADER]: ticket.token },
    });
    const fail = (detail: string, cause?: unknown): void => {
      call.destroy();
      reject(new ServiceUnavailableError(detail, cause));
    };
    call.on('timeout', () => fail('The API did not take the stream in time.'));
    call.on('error', (error) => fail('The API that asked for the stream cannot be reached.', error));
    call.on('response', (response) => fail(`The API did not take the stream: ${response.statusCode}.`));
    call.on('upgrade', (_response, socket, head) => {
      socket.setTimeout(0);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    call.end();
  });
}

/** Sockets of one's own making, as only those can be told to stay half open; and no agent, not even `false`, which would make others. */
function openRequest(url: URL, options: RequestOptions): ClientRequest {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'https:') {
    const secure: ConnectionOptions = { host, port: Number(url.port || 443), servername: host };
    const connect = { ...secure, allowHalfOpen: true } as ConnectionOptions;
    return httpsRequest(url, { ...options, createConnection: () => tlsConnect(connect) });
  }
  const port = Number(url.port || 80);
  return httpRequest(url, { ...options, createConnection: () => netConnect({ host, port, allowHalfOpen: true }) });
}
