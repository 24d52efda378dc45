import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient } from './http-client.js';

// Made for this test, for localhost only; valid until 2120.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTzM5W+WMM4nClsmj
4oem3Yim2l+YwYQWHWH+TJ04f1mhRANCAAQ4DtRPHzvUbsZdZNOn44iecmdTCkkp
7yr5WAP7t3OkzfIT/q5tpwk1/uqIvtyI5TpR8Qj9vHdgUBniMfU5SM+R
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBRzCB7qADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOA7UTx871G7GXWTT
p+OInnJnUwpJKe8q+VgD+7dzpM3yE/6ubacJNf7qiL7ciOU6UfEI/bx3YFAZ4jH1
OUjPkaMvMC0wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQF
MAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAKtX/jZ2PxFLmItXvsbWHgs2uiru4PsW
Co9jLQb3XWb9AiAZdbEJCB8w5NDRiWn1v+IFPJrIUvm4KZWhoxmhK0GrAQ==
-----END CERTIFICATE-----`;

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(listener: RequestListener, secure = false): Promise<string> {
  server = secure ? createHttpsServer({ key: KEY, cert: CERTIFICATE }, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('HttpClient over https', () => {
  const answer: RequestListener = (_, response) => void response.end('{"ok":true}');

  it('refuses a certificate that nobody vouches for', async () => {
    const url = await serve(answer, true);
    await expect(new HttpClient({ timeoutMs: 2000 }).send({ method: 'GET', url })).rejects.toThrow(/self-signed/);
  });

  it('trusts the certificates of its file', async () => {
    const url = await serve(answer, true);
    const folder = mkdtempSync(join(tmpdir(), 'zun-http-'));
    const cafile = join(folder, 'ca.pem');
    writeFileSync(cafile, CERTIFICATE);
    const response = await new HttpClient({ timeoutMs: 2000, cafile }).send({ method: 'GET', url });
    expect(response.json()).toEqual({ ok: true });
    rmSync(folder, { recursive: true });
  });

  it('trusts any when it is insecure', async () => {
    const url = await serve(answer, true);
    expect((await new HttpClient({ timeoutMs: 2000, insecure: true }).send({ method: 'GET', url })).status).toBe(200);
  });
});

describe('HttpClient', () => {
  it('sends and takes JSON, and repeated headers as one', async () => {
    const url = await serve((request, response) => {
      response.setHeader('set-cookie', ['a', 'b']);
      request.pipe(response);
    });
    const response = await new HttpClient({ timeoutMs: 2000 }).send({ method: 'POST', url, body: { text: 'äöü' } });
    expect([response.json(), response.header('Set-Cookie'), response.header('x-none')]).toEqual([
      { text: 'äöü' },
      'a',
      undefined,
    ]);
  });

  it('gives up on an answer that does not end', async () => {
    const url = await serve((_, response) => void response.write('{'));
    await expect(new HttpClient({ timeoutMs: 200 }).send({ method: 'GET', url })).rejects.toThrow(/abort/i);
  });

  it('gives up on an answer that is cut off', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy());
    });
    await expect(new HttpClient({ timeoutMs: 2000 }).send({ method: 'GET', url })).rejects.toThrow();
  });

  it('gives up on an answer that is far too long', async () => {
    const url = await serve((_, response) => void response.end(Buffer.alloc(9 * 1024 * 1024)));
    await expect(new HttpClient({ timeoutMs: 5000 }).send({ method: 'GET', url })).rejects.toThrow(/longer than/);
  });

  it('does not send a request twice on a fresh connection', async () => {
    let requests = 0;
    const url = await serve((request) => {
      requests++;
      request.socket.resetAndDestroy();
    });
    await expect(new HttpClient({ timeoutMs: 2000 }).send({ method: 'POST', url, body: {} })).rejects.toThrow(
      /ECONNRESET|hang up/,
    );
    expect(requests).toBe(1);
  });
});
