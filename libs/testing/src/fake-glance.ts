import { DomainError, ServiceUnavailableError } from '@zun/domain';
import type {
  Glance,
  GlanceDownload,
  GlanceImage,
  GlanceStatus,
  ImageService,
  ListGlanceOptions,
  NewGlanceImage,
  TokenSource,
} from '@zun/openstack';
import { randomUUID } from 'node:crypto';

/** An image of the fake Glance, and what it holds. */
export interface StoredImage {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly isPublic: boolean;
  readonly tags: readonly string[];
  readonly containerFormat: string;
  readonly diskFormat: string;
  status: GlanceStatus;
  content: Buffer | null;
}

/** Whose token it is; of a service: it sees the images of all projects. */
export const SERVICE = 'service';

/** A Glance in memory: images belong to the project of the token that they were made with. */
export class FakeGlance implements Glance {
  readonly images = new Map<string, StoredImage>();
  /** Projects by the tokens that are for them. */
  readonly projects = new Map<string, string>();
  /** Every request, in order: its method and the id or name that it was about. */
  readonly calls: string[] = [];
  offered = true;
  /** Nothing is answered. */
  isDown = false;
  /** What uploads are refused with. */
  uploadRefusal: DomainError | null = null;

  isOffered(): Promise<boolean> {
    return Promise.resolve(this.offered);
  }

  as(user: TokenSource): ImageService {
    const project = async (): Promise<string> => this.projects.get(await user.token()) ?? '';
    const visible = async (id: string): Promise<StoredImage | null> => {
      const image = this.images.get(id);
      const own = await project();
      return image && (image.isPublic || own === SERVICE || image.owner === own) ? image : null;
    };
    const there = async (id: string): Promise<StoredImage> => {
      const image = await visible(id);
      if (!image) throw new DomainError('not-found', 'image-not-found', `Image ${id} is not in Glance.`);
      return image;
    };
    return {
      get: async (id) => this.answer('get', id, async () => show(await visible(id))),
      list: async (options = {}) =>
        this.answer('list', options.name ?? '', async () => {
          const seen = await Promise.all([...this.images.keys()].map(visible));
          return seen.filter((image) => image !== null && matches(image, options)).map((image) => show(image)!);
        }),
      create: async (image) =>
        this.answer('create', image.name, async () => show(this.add(image.owner ?? (await project()), image))!),
      delete: async (id) => this.answer('delete', id, async () => void ((await visible(id)) && this.images.delete(id))),
      upload: async (id, content) => this.answer('upload', id, async () => this.upload(await there(id), content)),
      download: async (id) => this.answer('download', id, async () => download(await there(id))),
    };
  }

  /** Makes an image of a project; with content it is active. */
  add(
    owner: string,
    given: Partial<NewGlanceImage> & { readonly content?: Buffer; readonly isPublic?: boolean; readonly id?: string },
  ): StoredImage {
    const { id = randomUUID(), name = 'app', tags = [], isPublic = false, content = null } = given;
    const { containerFormat = 'docker', diskFormat = 'raw' } = given;
    const status = content ? 'active' : 'queued';
    const image: StoredImage = { id, name, owner, isPublic, tags, containerFormat, diskFormat, status, content };
    this.images.set(id, image);
    return image;
  }

  private async answer<T>(method: string, about: string, work: () => Promise<T>): Promise<T> {
    this.calls.push(`${method} ${about}`);
    if (this.isDown) throw new ServiceUnavailableError('The image service is not available at the moment.');
    return work();
  }

  private async upload(image: StoredImage, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.uploadRefusal) throw this.uploadRefusal;
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    image.content = Buffer.concat(chunks);
    image.status = 'active';
  }
}

function matches(image: StoredImage, { name, containerFormat }: ListGlanceOptions): boolean {
  return (
    (name === undefined || image.name === name) && (containerFormat === undefined || image.containerFormat === containerFormat)
  );
}

function show(image: StoredImage | null): GlanceImage | null {
  if (!image) return null;
  const { id, name, status, containerFormat, diskFormat, tags, content, owner } = image;
  const fields = { id, name, status, tags, owner, container_format: containerFormat };
  return { id, name, status, containerFormat, diskFormat, sizeBytes: content?.length ?? null, fields };
}

function download({ id, status, content }: StoredImage): GlanceDownload {
  if (status !== 'active' || !content) {
    throw new DomainError('conflict', 'conflict', `Image ${id} cannot be used: its state in Glance is ${status}.`);
  }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content!.length; at += 512) yield content!.subarray(at, at + 512);
  }
  return { sizeBytes: content.length, content: pieces() };
}
