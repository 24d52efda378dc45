import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateEngine } from '../../tools/lib/private-engine.mjs';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CHUNK = 64 * 1024;

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** A registry that serves one image, for pulls only; as slow as a test wants, and behind a password if it wants. */
export class TinyRegistry {
  /** Milliseconds between chunks of 64 KiB. */
  delayMs = 0;
  /** Wanted from who pulls, when set. */
  credentials: { readonly username: string; readonly password: string } | null = null;
  private readonly blobs = new Map<string, Blob>();
  private readonly manifest: Blob;
  private readonly server: Server;
  private cleanUp: () => void = () => undefined;

  /** @param layer the image's only layer, as a tar archive */
  constructor(layer: Buffer) {
    const layerBlob = this.add(layer);
    const config = this.add(
      Buffer.from(
        JSON.stringify({
          ...{ architecture: 'amd64', os: 'linux', config: { Cmd: ['/bin/sh'] } },
          rootfs: { type: 'layers', diff_ids: [layerBlob.digest] },
        }),
      ),
    );
    this.manifest = this.add(
      Buffer.from(
        JSON.stringify({
          ...{ schemaVersion: 2, mediaType: MANIFEST },
          config: {
            mediaType: 'application/vnd.docker.container.image.v1+json',
            size: config.bytes.length,
            digest: config.digest,
          },
          layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', size: layer.length, digest: layerBlob.digest }],
        }),
      ),
    );
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** @returns `127.0.0.1:<port>` as that engine sees it; engines talk to their loopback without TLS */
  async start(engine: PrivateEngine): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'registry-'));
    const socket = join(folder, 'registry.sock');
    await new Promise<void>((resolve) => this.server.listen(socket, resolve));
    const relay = await engine.relay(socket);
    this.cleanUp = () => {
      relay.stop();
      rmSync(folder, { recursive: true });
    };
    return `127.0.0.1:${relay.port}`;
  }

  async stop(): Promise<void> {
    this.cleanUp();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private add(bytes: Buffer): Blob {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const blob = { digest, bytes };
    this.blobs.set(digest, blob);
    return blob;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isAllowed(request)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
      return;
    }
    const [, kind, name = ''] = /\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    if (request.url === '/v2/') response.writeHead(200).end();
    else if (kind === 'manifests' && (name === 'latest' || name === this.manifest.digest))
      await this.send(request, response, this.manifest, MANIFEST);
    else if (kind === 'blobs' && this.blobs.has(name))
      await this.send(request, response, this.blobs.get(name)!, 'application/octet-stream');
    else
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
  }

  private isAllowed({ headers }: IncomingMessage): boolean {
    if (!this.credentials) return true;
    const { username, password } = this.credentials;
    return headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  private async send(request: IncomingMessage, response: ServerResponse, { digest, bytes }: Blob, type: string): Promise<void> {
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length, 'docker-content-digest': digest });
    if (request.method !== 'HEAD') {
      for (let at = 0; at < bytes.length && !response.destroyed; at += CHUNK) {
        response.write(bytes.subarray(at, at + CHUNK));
        if (this.delayMs > 0) await sleep(this.delayMs);
      }
    }
    response.end();
  }
}
