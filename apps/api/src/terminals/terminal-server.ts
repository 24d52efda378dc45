import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import { openTerminal } from '@zun/contracts';
import { ContainerNotFoundError, DomainError, InvalidValueError, toDomainError } from '@zun/domain';
import { ContainerStore, StreamTokenStore, type ContainerRow, type StreamGrant } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { WebSocketServer, type WebSocket } from 'ws';
import { HostCalls } from '../containers/host-calls.js';
import { statusOf } from '../http/http-error.js';
import { API_OPTIONS, LOGGER, type ApiOptions } from '../options.js';
import { HostStreams } from '../streams/host-streams.js';
import { OpenStreams } from '../streams/open-streams.js';
import { checkOrigin } from './check-origin.js';
import type { Liveness } from './keep-alive.js';
import { carry, close, CLOSE } from './terminal-session.js';

/** The largest message that a client may send: a paste, say. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const SIGN_OF_LIFE_MS = 30_000;
const KEEP_ALIVE_MS = 15_000;
/** How long clients have to say goodbye when the service stops. */
const FAREWELL_MS = 500;

/**
 * The websockets of Zun's wsproxy: whoever has a token is joined to a container. Everything that can be refused is refused before the
 * websocket is there, with an HTTP status; and once it is there, the terminal can be resized.
 */
@Injectable()
export class TerminalServer {
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });

  constructor(
    private readonly tokens: StreamTokenStore,
    private readonly containers: ContainerStore,
    private readonly calls: HostCalls,
    private readonly streams: HostStreams,
    private readonly open: OpenStreams,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Takes a request to switch to another protocol, whichever it is. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.admit(request, socket, head).catch((error: unknown) => this.refuse(socket, error));
  }

  /** Ends every stream. */
  async close(): Promise<void> {
    const { clients } = this.server;
    if (clients.size === 0) return;
    for (const client of clients) close(client, CLOSE.goingAway, 'The API is shutting down.');
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    for (const client of clients) client.terminate();
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      throw new InvalidValueError('Upgrade: only websockets are served here.');
    checkOrigin(request.headers, { ...this.options.terminals, isSecure: this.isSecure(socket) });
    const grant = await this.redeem(request.url ?? '');
    const end = this.open.begin(grant.projectId);
    try {
      const row = await this.containerOf(grant);
      const stream = await this.openStream(row, grant.execId);
      const isTerminal = grant.execId !== null || row.tty === 1;
      // Also when the client has asked for the websocket in a wrong way, or gone.
      const over = (): void => void (end(), stream.destroy());
      if (socket.destroyed) return over();
      socket.once('close', over);
      keepAlive(socket);
      this.server.handleUpgrade(request, socket, head, (client) => this.begin(client, stream, row, request, isTerminal));
    } catch (error) {
      end();
      throw error;
    }
  }

  private begin(client: WebSocket, stream: Duplex, row: ContainerRow, request: IncomingMessage, isTerminal: boolean): void {
    const liveness = livenessOf(request, isTerminal);
    const session = { liveness, everyMs: SIGN_OF_LIFE_MS, explain: () => this.explain(row) };
    carry(client, stream, session).catch((err: unknown) => this.logger.error({ err, uuid: row.uuid }, 'a stream broke off'));
  }

  /** @throws DomainError of class forbidden */
  private async redeem(url: string): Promise<StreamGrant> {
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
    const [token, containerUuid] = [query.get('token'), query.get('uuid')];
    const claim = token && containerUuid ? { token, containerUuid, execId: query.get('exec_id') } : null;
    const grant = claim && (await this.tokens.redeem(claim));
    if (grant) return grant;
    throw new DomainError('forbidden', 'forbidden', 'The token is unknown, was used, is too old, or is for something else.');
  }

  /** @throws ContainerNotFoundError when it has gone since the token was given out */
  private async containerOf({ containerUuid, projectId }: StreamGrant): Promise<ContainerRow> {
    const row = await this.containers.find('all', containerUuid);
    if (row.project_id !== projectId) throw new ContainerNotFoundError(containerUuid);
    return row;
  }

  private openStream(row: ContainerRow, execId: string | null): Promise<Duplex> {
    const context = { requestId: `req-${randomUUID()}` };
    const action = execId === null ? 'attach' : 'execute';
    return this.streams.join((stream) => this.calls.ask(context, row, action, openTerminal, { uuid: row.uuid, execId, stream }));
  }

  /** The host sees a process that ends; that somebody deletes the container is known here. */
  private async explain({ uuid }: ContainerRow): Promise<string | null> {
    try {
      const { status } = await this.containers.find('all', uuid);
      return status === 'Deleting' || status === 'Deleted' ? 'The container was deleted.' : null;
    } catch (error) {
      if (error instanceof ContainerNotFoundError) return 'The container was deleted.';
      throw error;
    }
  }

  private isSecure(socket: Duplex): boolean {
    const { baseUrl } = this.options.terminals;
    return baseUrl === null ? socket instanceof TLSSocket : baseUrl.startsWith('wss:');
  }

  private refuse(socket: Duplex, error: unknown): void {
    const known = toDomainError(error);
    const status = statusOf(known);
    if (status >= 500) this.logger.warn({ err: error }, 'a stream could not be opened');
    socket.once('finish', () => socket.destroy());
    const body = `${known.detail}\n`;
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
}

/**
 * python-zunclient, which is known by what it offers, stops listening to the keyboard after a ping until something is printed: what it shows
 * on a terminal is padded, and whether it is there is found out by TCP. Commands that it joins have a terminal.
 */
function livenessOf({ headers }: IncomingMessage, isTerminal: boolean): Liveness {
  const answersPings = !/(^|,)\s*base64\s*(,|$)/.test(headers['sec-websocket-protocol'] ?? '');
  if (answersPings) return 'ping';
  return isTerminal ? 'padding' : 'none';
}

function keepAlive(socket: Duplex): void {
  if (!(socket instanceof Socket)) return;
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
}
