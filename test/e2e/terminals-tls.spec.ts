import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyFreePort } from '../../tools/lib/ports.mjs';
import type { ApiClient } from '../lib/api-client.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';
import { failureOf, statusOf, TerminalSocket } from '../lib/socket.js';

/** python-zunclient trusts the certificates of the system only, which a test may not change: what is trusted here is said to the client. */
describe.each([
  ['with a certificate', false],
  ['with a certificate, and nothing else', true],
])('a port for websockets %s', (_how, tlsOnly) => {
  let folder: string;
  let ca: Buffer;
  let service: EmbeddedService;
  let demo: ApiClient;
  let uuid: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'zun-tls-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    makeCertificate(cert, key);
    ca = readFileSync(cert);
    service = await startEmbedded({
      settings: {
        websocket_proxy: {
          wsproxy_host: '127.0.0.1',
          wsproxy_port: await anyFreePort(),
          cert,
          key,
          ssl_only: tlsOnly,
        },
      },
    });
    demo = await service.client('demo');
    ({ uuid } = await demo.run({ name: 'box', image: 'busybox', command: ['sleep', '1000'] }));
    await demo.reaches(uuid, 'Running');
  });

  afterAll(async () => {
    await demo?.deleteAll();
    await service?.purge();
    rmSync(folder, { recursive: true, force: true });
  });

  async function prepare(): Promise<string> {
    const path = `/containers/${uuid}/execute?run=false&interactive=true&command=sh`;
    return (await demo.call<{ proxy_url: string }>('POST', path)).proxy_url;
  }

  it('is told of as wss, and carries both ways', async () => {
    const url = await prepare();
    expect(url).toMatch(/^wss:\/\/127\.0\.0\.1:/);
    const socket = await TerminalSocket.open(url, { ca });
    socket.type('echo spo""ken; exit 4\n');
    expect(await socket.closed).toEqual({ code: 1000, reason: 'The command has ended with exit code 4.' });
    expect(socket.screen).toContain('spoken');
  });
  it('is not trusted by a client that does not know the certificate', async () => {
    expect(await failureOf(await prepare())).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });
  it('still asks for a token', async () => {
    const url = new URL(await prepare());
    url.searchParams.set('token', '00000000-0000-4000-8000-000000000000');
    expect(await statusOf(url.href, { ca })).toBe(403);
  });
  it(`${tlsOnly ? 'closes' : 'takes'} plain connections`, async () => {
    const plain = (await prepare()).replace(/^wss/, 'ws');
    expect(tlsOnly ? await failureOf(plain) : await statusOf(plain)).toBe(tlsOnly ? 'ECONNRESET' : 101);
  });
});

function makeCertificate(cert: string, key: string): void {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
}
