import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient } from './http-client.js';

const MIB = Buffer.alloc(1024 * 1024, 'x');

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Answer = (...given: Parameters<RequestListener>) => unknown;

async function serve(answer: Answer): Promise<string> {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const client = (timeoutMs = 5_000): HttpClient => new HttpClient({ timeoutMs });

async function lengthOf(content: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of content) length += chunk.length;
  return length;
}

async function* pieces(count: number, given: { count: number } = { count: 0 }): AsyncGenerator<Uint8Array> {
  for (; given.count < count; given.count++) yield MIB;
}

const connections = (): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

describe('a download', () => {
  it('is held back as it is read', async () => {
    let sent = 0;
    const url = await serve(async (_request, response) => {
      for (; sent < 64; sent++) if (!response.write(MIB)) await new Promise((resolve) => response.once('drain', resolve));
      response.end();
    });
    const { content } = await client().stream({ method: 'GET', url });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sent).toBeLessThan(32);
    expect(await lengthOf(content)).toBe(64 * MIB.length);
  });

  it('may take longer than the time that the peer has for each piece', async () => {
    const url = await serve(async (_request, response) => {
      for (let piece = 0; piece < 6; piece++) {
        response.write('x');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      response.end();
    });
    const { content } = await client(400).stream({ method: 'GET', url });
    expect(await lengthOf(content)).toBe(6);
  });

  it('ends with an error when the peer falls silent, or breaks off', async () => {
    const url = await serve((request, response) => {
      response.write('x');
      if (request.url === '/broken') setTimeout(() => response.destroy(), 20);
    });
    const silent = await client(100).stream({ method: 'GET', url });
    await expect(lengthOf(silent.content)).rejects.toThrow('the peer did nothing for 100 ms');
    const broken = await client().stream({ method: 'GET', url: `${url}broken` });
    await expect(lengthOf(broken.content)).rejects.toThrow('aborted');
  });

  it('ends with the reason of its signal, and so does its connection', async () => {
    const url = await serve((_request, response) => void response.write('x'));
    const abort = new AbortController();
    const { content } = await client().stream({ method: 'GET', url, signal: abort.signal });
    const reading = lengthOf(content);
    abort.abort(new Error('not wanted any more'));
    await expect(reading).rejects.toThrow('not wanted any more');
    await expect.poll(connections).toBe(0);
  });

  it('that is not read to its end leaves no connection behind', async () => {
    const url = await serve((_request, response) => void response.write(MIB));
    for await (const chunk of (await client().stream({ method: 'GET', url })).content) if (chunk.length > 0) break;
    (await client().stream({ method: 'GET', url })).close();
    await expect.poll(connections).toBe(0);
  });
});

describe('a download that nobody begins to read', () => {
  it('leaves no connection behind', async () => {
    const url = await serve((_request, response) => void response.write(MIB));
    const { content } = await client(100).stream({ method: 'GET', url });
    await expect.poll(connections).toBe(0);
    await expect(lengthOf(content)).rejects.toThrow('nobody began to read for 100 ms');
  });
});

describe('an upload', () => {
  const drain = (request: IncomingMessage): Promise<number> => lengthOf(request);

  it('is sent as fast as it is read, whole', async () => {
    const given = { count: 0 };
    let atFirst = 0;
    const url = await serve(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      atFirst = given.count;
      response.end(String(await drain(request)));
    });
    const response = await client().stream({ method: 'PUT', url, body: pieces(64, given) });
    expect(await response.text()).toBe(String(64 * MIB.length));
    expect(atFirst).toBeLessThan(32);
  });

  it('may come as slowly as it is made', async () => {
    const url = await serve(async (request, response) => void response.end(String(await drain(request))));
    async function* slow(): AsyncGenerator<Uint8Array> {
      await new Promise((resolve) => setTimeout(resolve, 300));
      yield MIB;
    }
    const response = await client(100).stream({ method: 'PUT', url, body: slow() });
    expect(await response.text()).toBe(String(MIB.length));
  });

  it('is given up when the peer reads nothing, and when it gives no answer', async () => {
    const url = await serve((request) => void (request.url === '/no-answer' && request.resume()));
    await expect(client(150).stream({ method: 'PUT', url, body: pieces(64) })).rejects.toThrow('did nothing for 150 ms');
    const unanswered = { method: 'PUT', url: `${url}no-answer`, body: pieces(1), answerTimeoutMs: 120 } as const;
    await expect(client().stream(unanswered)).rejects.toThrow('did nothing for 120 ms');
  });

  it('stops when the peer refuses it early, with its reason', async () => {
    const given = { count: 0 };
    const url = await serve((_request, response) => void response.writeHead(413).end('too much'));
    const response = await client().stream({ method: 'PUT', url, body: pieces(10_000, given) });
    expect([response.status, await response.text()]).toEqual([413, 'too much']);
    expect(given.count).toBeLessThan(64);
  });

  it('that breaks off where it comes from fails with that reason, and never seems whole to the peer', async () => {
    let whole = false;
    const url = await serve((request) => void request.on('end', () => (whole = true)).resume());
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield MIB;
      throw new Error('the engine is gone');
    }
    await expect(client().stream({ method: 'PUT', url, body: broken() })).rejects.toThrow('the engine is gone');
    await expect.poll(connections).toBe(0);
    expect(whole).toBe(false);
  });
});

describe('an upload whose source is stuck', () => {
  async function* stuck(): AsyncGenerator<Uint8Array> {
    yield MIB;
    await new Promise(() => undefined);
  }

  it('ends with the reason of its signal', async () => {
    const url = await serve((request) => void request.resume());
    const abort = new AbortController();
    const uploading = client().stream({ method: 'PUT', url, body: stuck(), signal: abort.signal });
    setTimeout(() => abort.abort(new Error('not wanted any more')), 50);
    await expect(uploading).rejects.toThrow('not wanted any more');
    await expect.poll(connections).toBe(0);
  });

  it('ends with an early answer', async () => {
    const url = await serve((_request, response) => void response.writeHead(413).end('too much'));
    expect((await client().stream({ method: 'PUT', url, body: stuck() })).status).toBe(413);
  });

  it('ends when the peer is gone', async () => {
    const url = await serve((request) => void setTimeout(() => request.socket.destroy(), 50));
    await expect(client().stream({ method: 'PUT', url, body: stuck() })).rejects.toThrow(/ECONNRESET|socket hang up/);
  });
});
