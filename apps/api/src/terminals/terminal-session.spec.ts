import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { carry } from './terminal-session.js';

const PING_MS = 20;

describe('a session', () => {
  let server: Server;
  let sockets: WebSocketServer;
  let host: Duplex;
  let ours: Duplex;

  beforeEach(async () => {
    server = createServer();
    sockets = new WebSocketServer({ server });
    [host, ours] = duplexPair();
    sockets.on('connection', (client) => void carry(client, ours, { pingMs: PING_MS, explain: async () => null }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const client of sockets.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  async function open(options: ClientOptions = {}): Promise<WebSocket> {
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    await once(client, 'open');
    return client;
  }

  it('is kept alive while it is quiet', async () => {
    const client = await open();
    for (let ping = 0; ping < 3; ping++) await once(client, 'ping');
    expect(client.readyState).toBe(client.OPEN);
    expect(ours.destroyed).toBe(false);
  });
  it('ends when the client has vanished without a word, and leaves the host', async () => {
    const client = await open({ autoPong: false });
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1006);
    await expect.poll(() => ours.destroyed).toBe(true);
  });
  it('tells a client whose host has vanished', async () => {
    const client = await open();
    host.end();
    const [code, reason] = (await once(client, 'close')) as [number, Buffer];
    expect(code).toBe(1011);
    expect(reason.toString()).toBe('The host of the container broke off in the middle.');
  });
});
