import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TerminalListenOptions } from '../options.js';
import type { TerminalServer } from './terminal-server.js';

/** The first byte of a TLS handshake. */
const TLS_HANDSHAKE = 0x16;

/** A port for websockets only. */
export interface TerminalListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens at a port of the websockets' own. With a certificate it speaks TLS, and still takes plain connections unless told otherwise, as
 * Zun's proxy does.
 * @throws Error when it cannot listen, or the certificate cannot be read
 */
export async function listenForTerminals(terminals: TerminalServer, options: TerminalListenOptions): Promise<TerminalListener> {
  const onlyWebSockets: RequestListener = (_request, response) => void response.writeHead(426, { Upgrade: 'websocket' }).end();
  const plain = options.tlsOnly ? null : createHttpServer(onlyWebSockets);
  const secure = options.tls && createHttpsServer(await certificateOf(options.tls), onlyWebSockets);
  for (const server of [plain, secure]) server?.on('upgrade', (request, socket, head) => terminals.handle(request, socket, head));
  const server = createServer((socket) => sort(socket, plain, secure));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host, resolve));
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
}

async function certificateOf({
  certFile,
  keyFile,
}: {
  certFile: string;
  keyFile: string;
}): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  return { cert, key };
}

/** Hands a connection to whom its first byte is for. */
function sort(socket: Socket, plain: HttpServer | null, secure: HttpServer | null): void {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first: Buffer) => {
    socket.pause();
    const server = first[0] === TLS_HANDSHAKE ? secure : plain;
    if (!server) return void socket.destroy();
    socket.unshift(first);
    server.emit('connection', socket);
    process.nextTick(() => void socket.resume());
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
