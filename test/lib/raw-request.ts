import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  /** With the query, exactly as it goes over the wire. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** Within this the answer must be there, whole. Default 10,000. */
  readonly timeoutMs?: number;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request that nothing puts in order on its way, as `fetch` would. @throws Error when the answer is late */
export function rawRequest(
  origin: string,
  { method, path, headers = {}, body, timeoutMs = 10_000 }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request({ hostname, port, method, path, headers: { ...headers, ...lengthOf(body) }, signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      // What goes on for ever is there with its head.
      if (isLive(answer.headers)) answer.destroy(), resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: '' });
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Whether an answer goes on until one of both sides has enough. */
export const isLive = (headers: IncomingHttpHeaders): boolean => headers['x-accel-buffering'] === 'no';

/** Node leaves the length out of GET and DELETE, and sends it for no others without a body. */
const lengthOf = (body: string | Buffer | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

/** Sends bytes that need not be HTTP at all. @returns everything that came back until the other side closed */
export function rawBytes(origin: string, bytes: string, timeoutMs = 10_000): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`not closed within ${timeoutMs} ms; it said: ${text}`)));
    socket.on('data', (chunk) => (text += chunk.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}
