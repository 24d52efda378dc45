import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { eventually } from './eventually.js';

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A websocket into a container, as a browser has one. */
export class TerminalSocket {
  private said = '';
  readonly closed: Promise<Closed>;

  private constructor(readonly raw: WebSocket) {
    raw.on('message', (data: Buffer) => (this.said += data.toString()));
    raw.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      raw.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** @throws Error with the HTTP status when it is refused */
  static async open(url: string, options: ClientOptions = {}): Promise<TerminalSocket> {
    const socket = new TerminalSocket(new WebSocket(url, ['binary'], options));
    await once(socket.raw, 'open');
    return socket;
  }

  type(text: string): void {
    this.raw.send(Buffer.from(text));
  }

  get screen(): string {
    return this.said;
  }

  /** Waits until it has been said. */
  async sees(text: string | RegExp): Promise<void> {
    const fulfils = (said: string): boolean => (typeof text === 'string' ? said.includes(text) : text.test(said));
    await eventually(() => this.said, fulfils, { describe: `the terminal shows ${String(text)}`, timeoutMs: 15_000 });
  }
}

/** The HTTP status that a websocket is refused with; 101 when it is not. */
export async function statusOf(url: string, options: ClientOptions = {}): Promise<number> {
  const socket = new WebSocket(url, ['binary', 'base64'], options);
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
  });
}

/** The code of the error that keeps a websocket from being there, below HTTP. */
export async function failureOf(url: string, options: ClientOptions = {}): Promise<string | undefined> {
  const [error] = (await once(new WebSocket(url, ['binary'], options), 'error')) as [NodeJS.ErrnoException];
  return error.code;
}
