import { request } from 'node:http';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import type { PrivateEngine } from '../../tools/lib/private-engine.mjs';
import { eventually } from './eventually.js';

export interface GlanceView {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly tags: readonly string[];
  readonly container_format: string | null;
  readonly size: number | null;
  readonly owner: string;
}

/** Glance as one user sees it; no code of ours is between. */
export class GlanceUser {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.request(method, path, body);
    if (status >= 300) throw new Error(`Glance: ${method} ${path} answers ${status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async request(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const type = body instanceof Buffer ? 'application/octet-stream' : 'application/json';
    const content = body === undefined ? undefined : body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body);
    const headers = { 'X-Auth-Token': this.token, 'Content-Type': type };
    const response = await fetch(`${this.url}/v2${path}`, { method, headers, body: content });
    return { status: response.status, text: await response.text() };
  }

  /** An image with this content, active. @param fields of Glance, besides the formats of an archive of Docker */
  async upload(name: string, content: Buffer, fields: Readonly<Record<string, unknown>> = {}): Promise<GlanceView> {
    const image = await this.create(name, fields);
    await this.call('PUT', `/images/${image.id}/file`, content);
    return this.show(image.id);
  }

  create(name: string, fields: Readonly<Record<string, unknown>> = {}): Promise<GlanceView> {
    return this.call('POST', '/images', { name, container_format: 'docker', disk_format: 'raw', ...fields });
  }

  show(id: string): Promise<GlanceView> {
    return this.call('GET', `/images/${id}`);
  }

  async list(): Promise<GlanceView[]> {
    return (await this.call<{ images: GlanceView[] }>('GET', '/images?limit=1000')).images;
  }

  remove(id: string): Promise<unknown> {
    return this.call('DELETE', `/images/${id}`);
  }

  /** Waits until it has its content. */
  isActive(id: string, timeoutMs?: number): Promise<GlanceView> {
    return eventually(
      () => this.show(id),
      ({ status }) => status === 'active',
      { describe: `image ${id} has its content`, timeoutMs },
    );
  }
}

/** What `docker save` writes of an image. */
export function savedImage({ socket }: PrivateEngine, name: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, path: `/images/${encodeURIComponent(name)}/get` }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(Buffer.concat(chunks)));
    })
      .on('error', reject)
      .end();
  });
}

/** The names of all images that an engine has. */
export async function imageNames({ socket }: PrivateEngine): Promise<string[]> {
  const images = JSON.parse(await engineCall(socket, 'GET', '/images/json')) as { RepoTags: string[] | null }[];
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
}

/** The engine's id of an image. */
export async function imageId({ socket }: PrivateEngine, name: string): Promise<string> {
  return (JSON.parse(await engineCall(socket, 'GET', `/images/${name}/json`)) as { Id: string }).Id;
}
