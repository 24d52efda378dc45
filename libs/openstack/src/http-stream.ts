import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type AgentOptions } from 'node:https';
import type { StreamRequest, StreamResponse } from './http-client.js';

/** As much of an answer as {@link StreamResponse.text} gives. */
const MAX_TEXT_BYTES = 64 * 1024;

export interface StreamSettings extends Pick<AgentOptions, 'ca' | 'rejectUnauthorized'> {
  /** Milliseconds for the peer to take or give anything. */
  readonly timeoutMs: number;
}

/** See {@link HttpClient.stream}. */
export async function openStream(request: StreamRequest, { timeoutMs, ...tls }: StreamSettings): Promise<StreamResponse> {
  const { method, url, body, signal, answerTimeoutMs = timeoutMs } = request;
  signal?.throwIfAborted();
  const headers = { accept: 'application/json', ...(body && { 'transfer-encoding': 'chunked' }), ...request.headers };
  const outgoing = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, { ...tls, method, headers, agent: false });
  const abort = (): void => void outgoing.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  outgoing.once('close', () => signal?.removeEventListener('abort', abort));

  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.once('close', () => reject(new Error('the peer closed the connection without an answer')));
  });
  // Whoever waits for it is told; until then the body may still be on its way.
  answer.catch(() => undefined);
  if (body) await pump(body, outgoing, { answer, timeoutMs });
  else outgoing.end();
  const incoming = await limited(answer, answerTimeoutMs, outgoing);
  return toResponse(incoming, { timeoutMs, signal });
}

/** Sends the body as fast as it is read, until the peer answers or is gone: one that answers early has read enough. */
async function pump(
  body: AsyncIterable<Uint8Array>,
  outgoing: ClientRequest,
  { answer, timeoutMs }: { answer: Promise<IncomingMessage>; timeoutMs: number },
): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  const untilOver = endedBy(answer);
  try {
    for (;;) {
      const next = await untilOver(() => chunks.next());
      if (next === OVER) {
        // Not waited for: what makes the content may itself be stuck.
        chunks.return?.().catch(() => undefined);
        return;
      }
      if (next.done) break;
      if (!outgoing.write(next.value)) await untilOver(() => limited(drained(outgoing), timeoutMs, outgoing));
    }
    outgoing.end();
  } catch (error) {
    outgoing.destroy();
    void chunks.return?.().catch(() => undefined);
    throw error;
  }
}

const OVER = Symbol('over');

/**
 * Does one piece of work after another, and waits for each no longer than until `end` is settled. Not `Promise.race`: with a promise that
 * lives as long as the transfer it would keep every chunk until then.
 */
function endedBy(end: Promise<unknown>): <T>(work: () => Promise<T>) => Promise<T | typeof OVER> {
  let isOver = false;
  let stop = (): void => undefined;
  const settle = (): void => {
    isOver = true;
    stop();
  };
  end.then(settle, settle);
  return (work) =>
    new Promise((resolve, reject) => {
      if (isOver) return resolve(OVER);
      stop = () => resolve(OVER);
      work().then(resolve, reject);
    });
}

/** Or is no more. */
function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}

/** @throws Error when it takes longer; the exchange is then over */
async function limited<T>(work: Promise<T>, timeoutMs: number, exchange: ClientRequest | IncomingMessage): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the peer did nothing for ${timeoutMs} ms`);
      exchange.destroy(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toResponse(
  incoming: IncomingMessage,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): StreamResponse {
  const content = contentOf(incoming, timeoutMs, signal);
  return {
    status: incoming.statusCode ?? 0,
    header: (name) => [incoming.headers[name.toLowerCase()]].flat()[0],
    content,
    text: () => beginningOf(content),
    close: () => void incoming.destroy(),
  };
}

function contentOf(incoming: IncomingMessage, timeoutMs: number, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  // Whoever gives up before the first piece cannot say so: a generator that was never begun has nothing to clean up.
  const unread = setTimeout(() => incoming.destroy(new Error(`nobody began to read for ${timeoutMs} ms`)), timeoutMs);
  incoming.once('close', () => clearTimeout(unread));
  return readOut(incoming, { timeoutMs, signal, begun: () => clearTimeout(unread) });
}

async function* readOut(
  incoming: IncomingMessage,
  { timeoutMs, signal, begun }: { timeoutMs: number; signal: AbortSignal | undefined; begun: () => void },
): AsyncGenerator<Uint8Array> {
  begun();
  const chunks = (incoming as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await limited(chunks.next(), timeoutMs, incoming);
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    incoming.destroy();
  }
}

async function beginningOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_TEXT_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
