import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type ClientOptions } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendFrame } from '@zun/streams';
import type { Liveness } from './keep-alive.js';
import { carry } from './terminal-session.js';

const EVERY_MS = 20;

describe('a session', () => {
  let server: Server;
  let sockets: WebSocketServer;
  let host: Duplex;
  let ours: Duplex;
  let liveness: Liveness;

  beforeEach(async () => {
    liveness = 'ping';
    server = createServer();
    sockets = new WebSocketServer({ server });
    [host, ours] = duplexPair();
    sockets.on('connection', (client) => void carry(client, ours, { liveness, everyMs: EVERY_MS, explain: async () => null }));
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
  it('of a client that cannot be asked is padded while it is quiet, and only then', async () => {
    liveness = 'padding';
    const client = await open({ autoPong: false });
    const pings: unknown[] = [];
    client.on('ping', () => pings.push('ping'));
    const [padding] = (await once(client, 'message')) as [Buffer];
    expect([...padding]).toEqual([0]);
    sendFrame(host, Buffer.from('hello'));
    let output: Buffer;
    do [output] = (await once(client, 'message')) as [Buffer];
    while (output[0] === 0);
    expect(output.toString()).toBe('hello');
    // Something was said in this interval: padding comes with the end of the next one at the earliest.
    const since = performance.now();
    expect([...((await once(client, 'message')) as [Buffer])[0]]).toEqual([0]);
    expect(performance.now() - since).toBeGreaterThan(EVERY_MS * 0.9);
    expect(pings).toEqual([]);
  });
  it('tells a client whose host has vanished', async () => {
    const client = await open();
    host.end();
    const [code, reason] = (await once(client, 'close')) as [number, Buffer];
    expect(code).toBe(1011);
    expect(reason.toString()).toBe('The host of the container broke off in the middle.');
  });
});
