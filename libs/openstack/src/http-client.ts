import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

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
  /** @throws SyntaxError when the body is not JSON */
  json(): unknown;
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

  /** @throws the file system's error when `cafile` cannot be read */
  constructor(private readonly options: HttpClientOptions) {
    const ca = options.cafile ? [...rootCertificates, readFileSync(options.cafile, 'utf8')] : undefined;
    this.https = new HttpsAgent({ keepAlive: true, maxSockets: MAX_CONNECTIONS, ca, rejectUnauthorized: !options.insecure });
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
  return {
    status: incoming.statusCode ?? 0,
    header: (name) => [incoming.headers[name.toLowerCase()]].flat()[0],
    json: () => JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown,
  };
}
