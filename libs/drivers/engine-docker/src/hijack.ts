import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export interface HijackRequest {
  /** With version and query. */
  readonly path: string;
  /** Sent as JSON; absent: no body at all. */
  readonly body?: object;
  /** Ends the request while it has no answer. */
  readonly signal: AbortSignal;
}

/**
 * Takes over the connection of a request, as Docker's own client does: after the answer it carries what the process reads and says.
 * Not through dockerode, which sends its options as a body, too: Podman takes whatever comes after the head of an attach for what is typed.
 * @param connection where the engine is, as node's requests want it
 * @throws what dockerode throws: the error of a socket, or an Error with `statusCode` and `json`
 */
export function hijack(connection: RequestOptions, { path, body, signal }: HijackRequest): Promise<Duplex> {
  const content = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'tcp',
    'Content-Length': Buffer.byteLength(content),
    ...(body && { 'Content-Type': 'application/json' }),
  };
  const request = connection.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request({ ...connection, method: 'POST', path, headers, signal, agent: false });
    call.on('error', reject);
    call.on('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      socket.setNoDelay(true);
      resolve(socket);
    });
    call.on('response', (response) => {
      refusalOf(response, response.statusCode).then(reject, reject);
    });
    call.end(content);
  });
}

async function refusalOf(response: Readable, statusCode = 500): Promise<Error> {
  const said = await text(response);
  return Object.assign(new Error(said), { statusCode, json: parsed(said) });
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return null;
  }
}
