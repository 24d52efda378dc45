import { Readable, Writable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dialStream, type StreamGateway } from '@zun/streams';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StreamServer } from './stream-server.js';

let server: StreamServer;
let gateway: StreamGateway;

beforeEach(async () => {
  server = new StreamServer();
  await server.start();
  gateway = server.gateway;
});

afterEach(() => server.stop());

async function pair(): Promise<{ api: Duplex; host: Duplex }> {
  const expected = gateway.expect(2_000);
  const [host, api] = await Promise.all([dialStream(expected.ticket, { timeoutMs: 2_000 }), expected.stream]);
  return { api, host };
}

/** Everything up to the other end's end. Not by iteration, which destroys the stream afterwards. */
function all(stream: Duplex): Promise<string> {
  let text = '';
  stream.on('data', (chunk) => (text += String(chunk)));
  return new Promise((resolve, reject) => stream.on('end', () => resolve(text)).on('error', reject));
}

it('joins the two ends, and each way ends on its own', async () => {
  const { api, host } = await pair();
  host.end('from the host');
  expect(await all(api)).toBe('from the host');
  api.end('still from the API');
  expect(await all(host)).toBe('still from the API');
});

it('takes a token once', async () => {
  const expected = gateway.expect(2_000);
  const host = await dialStream(expected.ticket, { timeoutMs: 2_000 });
  await expect(dialStream(expected.ticket, { timeoutMs: 2_000 })).rejects.toMatchObject({ errorClass: 'unavailable' });
  host.destroy();
  (await expected.stream).destroy();
});

it('refuses a token that is made up, late, or no longer waited for', async () => {
  const { ticket } = gateway.expect(2_000);
  await expect(dialStream({ ...ticket, token: 'made-up' }, { timeoutMs: 2_000 })).rejects.toThrow(/403/);
  const late = gateway.expect(1);
  await expect(late.stream).rejects.toMatchObject({ errorClass: 'unavailable' });
  await expect(dialStream(late.ticket, { timeoutMs: 2_000 })).rejects.toThrow(/403/);
  const cancelled = gateway.expect(2_000);
  cancelled.cancel();
  await expect(dialStream(cancelled.ticket, { timeoutMs: 2_000 })).rejects.toThrow(/403/);
});

it('says that nobody listens', async () => {
  const { ticket } = gateway.expect(100);
  const dead = { ...ticket, url: 'http://127.0.0.1:1' };
  await expect(dialStream(dead, { timeoutMs: 1_000 })).rejects.toMatchObject({ errorClass: 'unavailable' });
});

it('holds a fast writer to the pace of a slow reader', async () => {
  const { api, host } = await pair();
  const chunk = Buffer.alloc(64 * 1024);
  let written = 0;
  const source = Readable.from(
    (function* () {
      for (let index = 0; index < 1_000; index++) {
        written += chunk.length;
        yield chunk;
      }
    })(),
  );
  const sent = pipeline(source, host);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // Nobody has read: what was written is what fits into buffers, not the 64 MB there are.
  expect(written).toBeLessThan(16 * 1024 * 1024);
  let read = 0;
  const sink = new Writable({
    write(part: Buffer, _encoding, done) {
      read += part.length;
      done();
    },
  });
  await Promise.all([sent, pipeline(api, sink, { end: true })]);
  expect(read).toBe(1_000 * chunk.length);
});
