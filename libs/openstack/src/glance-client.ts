import { createHash, getHashes } from 'node:crypto';
import { DomainError, InvalidValueError, isUuidLike, notedSource, ServiceUnavailableError } from '@zun/domain';
import type {
  Glance,
  GlanceDownload,
  GlanceImage,
  GlanceStatus,
  ImageService,
  ListGlanceOptions,
  NewGlanceImage,
  TokenSource,
  TransferOptions,
} from './glance.js';
import { glanceAway, refusal } from './glance-error.js';
import type { HttpClient, HttpRequest, HttpResponse, StreamRequest, StreamResponse } from './http-client.js';

const MAX_LISTED = 1_000;
const PAGE = 200;
/** Glance moves what it got to where it keeps it before it answers. */
const UPLOAD_ANSWER_MS = 600_000;

/** Speaks to Glance, API v2. */
export class GlanceClient implements Glance {
  /** @param endpoint the URL of its API v2, with the version; null: the cloud has none */
  constructor(
    private readonly endpoint: () => Promise<string | null>,
    private readonly http: HttpClient,
  ) {}

  async isOffered(): Promise<boolean> {
    return (await this.endpoint()) !== null;
  }

  as(user: TokenSource): ImageService {
    return new GlanceUser(user, this.http, async () => {
      const url = await this.endpoint();
      if (url === null) throw new InvalidValueError('This cloud has no image service (Glance).');
      return url;
    });
  }
}

class GlanceUser implements ImageService {
  constructor(
    private readonly user: TokenSource,
    private readonly http: HttpClient,
    private readonly endpoint: () => Promise<string>,
  ) {}

  async get(id: string): Promise<GlanceImage | null> {
    if (!isUuidLike(id)) return null;
    const response = await this.ask({ method: 'GET', path: `/images/${id}` });
    if (response.status === 404 || response.status === 403) return null;
    return toImage(expect(response, 200).json());
  }

  async list({ name, containerFormat }: ListGlanceOptions = {}): Promise<readonly GlanceImage[]> {
    const query = new URLSearchParams({ limit: String(PAGE), sort: 'created_at:desc' });
    // Without an operator Glance would take the part before a colon for one.
    if (name !== undefined) query.set('name', `eq:${name}`);
    if (containerFormat !== undefined) query.set('container_format', containerFormat);
    const found: GlanceImage[] = [];
    for (let path: string | undefined = `/images?${query.toString()}`; path && found.length < MAX_LISTED;) {
      const page = expect(await this.ask({ method: 'GET', path }), 200).json() as { images: unknown[]; next?: string };
      // Glance's database may compare names without regard to case, accents and spaces at the end.
      found.push(...page.images.map(toImage).filter((image) => name === undefined || image.name === name));
      path = page.next?.replace(/^\/v2/, '');
    }
    return found.slice(0, MAX_LISTED);
  }

  async create({ containerFormat, diskFormat, ...given }: NewGlanceImage): Promise<GlanceImage> {
    const body = { ...given, container_format: containerFormat, disk_format: diskFormat };
    return toImage(expect(await this.ask({ method: 'POST', path: '/images', body }), 201).json());
  }

  async delete(id: string): Promise<void> {
    const response = await this.ask({ method: 'DELETE', path: `/images/${demandUuid(id)}` });
    if (response.status !== 404) expect(response, 204);
  }

  async upload(id: string, content: AsyncIterable<Uint8Array>, { signal }: TransferOptions = {}): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' };
    // The content comes but once: a token that is no longer taken is found out before.
    if (!(await this.get(id))) throw missing(id);
    const request = { method: 'PUT', headers, body: content, signal, answerTimeoutMs: UPLOAD_ANSWER_MS } as const;
    const response = await this.stream(`/images/${id}/file`, request);
    const reason = await readReason(response, signal);
    if (response.status === 404) throw missing(id);
    if (response.status !== 204) throw refusal(response.status, reason);
  }

  async download(id: string, { signal }: TransferOptions = {}): Promise<GlanceDownload> {
    const image = await this.get(id);
    if (!image) throw missing(id);
    if (image.status !== 'active') {
      throw new DomainError('conflict', 'conflict', `Image ${id} cannot be used: its state in Glance is ${image.status}.`);
    }
    const response = await this.stream(`/images/${id}/file`, { method: 'GET', signal });
    if (response.status === 404) throw missing(id);
    if (response.status !== 200) throw refusal(response.status, await readReason(response, signal));
    return { sizeBytes: image.sizeBytes, content: verified(response.content, image, signal) };
  }

  /** Once more with a new token, when the first is no longer taken. */
  private async ask(request: Omit<HttpRequest, 'url'> & { path: string }): Promise<HttpResponse> {
    const url = `${await this.endpoint()}${request.path}`;
    const send = async (token: string): Promise<HttpResponse> => {
      try {
        return await this.http.send({ ...request, url, headers: { 'x-auth-token': token } });
      } catch (error) {
        throw glanceAway(error);
      }
    };
    const token = await this.user.token();
    const response = await send(token);
    if (response.status !== 401) return response;
    this.user.drop(token);
    return send(await this.user.token());
  }

  private async stream(path: string, request: Omit<StreamRequest, 'url'>): Promise<StreamResponse> {
    const headers = { ...request.headers, 'x-auth-token': await this.user.token() };
    const url = `${await this.endpoint()}${path}`;
    const own = request.body && notedSource(request.body);
    try {
      return await this.http.stream({ ...request, url, headers, ...(own && { body: own.content }) });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw own?.failure() ?? glanceAway(error);
    }
  }
}

/** @throws what {@link refusal} makes of any other answer */
function expect(response: HttpResponse, status: number): HttpResponse {
  if (response.status !== status) throw refusal(response.status, response.text());
  return response;
}

async function readReason(response: StreamResponse, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw glanceAway(error);
  }
}

/** Passes on what comes, and compares it with what Glance knows of the image. */
async function* verified(
  content: AsyncIterable<Uint8Array>,
  { id, sizeBytes, fields }: GlanceImage,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const algorithmOfGlance = String(fields.os_hash_algo);
  // Glance may be set to one that is not known here.
  const [algorithm, expected] =
    fields.os_hash_value && getHashes().includes(algorithmOfGlance)
      ? [algorithmOfGlance, fields.os_hash_value]
      : ['md5', fields.checksum ?? null];
  const hash = createHash(algorithm);
  let length = 0;
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      length += chunk.length;
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw glanceAway(error);
  }
  const isWhole = (sizeBytes === null || length === sizeBytes) && (expected === null || hash.digest('hex') === expected);
  if (!isWhole) throw new ServiceUnavailableError(`What came of image ${id} is not what Glance has stored.`);
}

function toImage(answer: unknown): GlanceImage {
  const fields = answer as Record<string, unknown>;
  return {
    id: fields.id as string,
    name: (fields.name as string | null | undefined) ?? null,
    status: fields.status as GlanceStatus,
    containerFormat: (fields.container_format as string | null | undefined) ?? null,
    diskFormat: (fields.disk_format as string | null | undefined) ?? null,
    sizeBytes: (fields.size as number | null | undefined) ?? null,
    fields,
  };
}

/** Nothing else may become part of a path. */
function demandUuid(id: string): string {
  if (!isUuidLike(id)) throw missing(id);
  return id;
}

function missing(id: string): DomainError {
  return new DomainError('not-found', 'image-not-found', `Image ${id} is not in Glance.`);
}
