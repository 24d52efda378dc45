import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions as HttpsAgentOptions } from 'node:https';
import { rootCertificates } from 'node:tls';
import { openStream } from './http-stream.js';

export interface HttpClientOptions {
  /** Milliseconds for a whole exchange. */
  readonly timeoutMs: number;
  /** File of certificates, in PEM, to trust besides those of the system. */
  readonly cafile?: string | null;
  /** Trust any certificate. */
  readonly insecure?: boolean;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface HttpResponse {
  readonly status: number;
  header(name: string): string | undefined;
  text(): string;
  /** @throws SyntaxError when the body is not JSON */
  json(): unknown;
}

export interface StreamRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in chunks, as fast as the peer reads. */
  readonly body?: AsyncIterable<Uint8Array>;
  /** Milliseconds to wait for the beginning of the answer, once all is sent; default: the client's. */
  readonly answerTimeoutMs?: number;
  /** Aborting it ends the exchange; the call, or the content, then throws its reason. */
  readonly signal?: AbortSignal;
}

export interface StreamResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** Of any length, held back as it is read; to be read, or given up with {@link close}. Throws when it breaks off. */
  readonly content: AsyncIterable<Uint8Array>;
  /** What is left of the content, as text; of what is long the beginning. */
  text(): Promise<string>;
  close(): void;
}

/** Answers longer than this are cut off as broken: a token with a large catalog is a few hundred kilobytes. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** To one peer; more requests wait, so that a flood of made-up tokens does not become a flood on Keystone. */
const MAX_CONNECTIONS = 64;

/**
 * JSON over HTTP(S) on kept-alive connections. Not `fetch`: that cannot be told which certificates to trust without another
 * library.
 */
export class HttpClient {
  private readonly http = new HttpAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
  private readonly https: HttpsAgent;
  private readonly tls: Pick<HttpsAgentOptions, 'ca' | 'rejectUnauthorized'>;

  /** @throws the file system's error when `cafile` cannot be read */
  constructor(private readonly options: HttpClientOptions) {
    const ca = options.cafile ? [...rootCertificates, readFileSync(options.cafile, 'utf8')] : undefined;
    this.tls = { ca, rejectUnauthorized: !options.insecure };
    this.https = new HttpsAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS, ...this.tls });
  }

  /**
   * Sends a request; once more when a kept-alive connection turns out to be closed by the peer.
   * @throws Error when there is no complete answer in time
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    try {
      return await this.exchange(request, signal);
    } catch (error) {
      if (!(error instanceof StaleConnectionError)) throw error;
      return this.exchange(request, signal);
    }
  }

  /**
   * Sends and receives streams of any length, on a connection of its own. It takes as long as it takes: only a peer that does nothing is
   * given up, after the client's time.
   * @throws Error when there is no answer; also what `body` throws: the peer then notices that it has not got all of it
   */
  stream(request: StreamRequest): Promise<StreamResponse> {
    return openStream(request, { ...this.tls, timeoutMs: this.options.timeoutMs });
  }

  /** Closes idle connections. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private exchange({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const secure = url.startsWith('https:');
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? httpsRequest : httpRequest)(url, {
        method,
        agent: secure ? this.https : this.http,
        signal,
        headers: {
          accept: 'application/json',
          ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
          ...headers,
        },
      });
      outgoing.on('response', (incoming) => void read(incoming).then(resolve, reject));
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        reject(outgoing.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnectionError(error) : error),
      );
      outgoing.end(payload);
    });
  }
}

class StaleConnectionError extends Error {
  constructor(cause: unknown) {
    super('the peer closed a kept-alive connection', { cause });
  }
}

async function read(incoming: IncomingMessage): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = (): string => Buffer.concat(chunks).toString('utf8');
  return {
    status: incoming.statusCode ?? 0,
    header: (name) => [incoming.headers[name.toLowerCase()]].flat()[0],
    text,
    json: () => JSON.parse(text()) as unknown,
  };
}
