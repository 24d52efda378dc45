import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { eventually } from './eventually.js';
import type { ApiClient } from './api-client.js';

export interface LiveOptions {
  /** Where to ask; default: where the client does. Ends in `/v1`. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One server-sent event, or (with the name `comment`) a comment. */
export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** An answer that goes on: what has come of it so far, and how it ended. */
export class LiveAnswer {
  text = '';
  ended: 'no' | 'whole' | 'broken' = 'no';

  private constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    private readonly response: IncomingMessage,
  ) {}

  /** @param path below `/v1`; resolves with the head of the answer */
  static async open(client: ApiClient, path: string, { url = client.url, headers = {} }: LiveOptions = {}): Promise<LiveAnswer> {
    const versions = { 'X-Auth-Token': client.token, 'OpenStack-API-Version': 'container 1.41' };
    // Not `fetch`, which opens another connection when one is left, and keeps a service from stopping with it.
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(`${url}${path}`, { headers: { ...versions, ...headers }, agent: false }, resolve);
      asked.on('error', reject);
      asked.end();
    });
    const answer = new LiveAnswer(response.statusCode ?? 0, response.headers, response);
    void answer.read();
    return answer;
  }

  /** Hangs up. */
  leave(): void {
    this.response.destroy();
  }

  /** The lines that are whole. */
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  get events(): SentEvent[] {
    return this.text.split('\n\n').slice(0, -1).map(parseEvent);
  }

  /** What was told of containers. */
  get told(): Record<string, unknown>[] {
    return this.events.filter(({ event }) => event === 'container').map(({ data }) => data);
  }

  until(describe: string, fulfils: (answer: this) => boolean, timeoutMs?: number): Promise<this> {
    const show = (): string => `${this.ended} ${this.status} ${this.text.slice(-2_000)}`;
    return eventually(() => this, fulfils, { describe, timeoutMs, intervalMs: 20, show });
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response as AsyncIterable<Uint8Array>) this.text += decoder.decode(chunk, { stream: true });
      this.ended = 'whole';
    } catch {
      this.ended = 'broken';
    }
  }
}

function parseEvent(block: string): SentEvent {
  const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  const name = fields.get('event') ?? 'comment';
  return { id: fields.get('id') ?? '', event: name, data: JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown> };
}
