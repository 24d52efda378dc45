import { Inject, Injectable } from '@nestjs/common';
import type { ImageConfig, PullOptions, PullProgress } from '@zun/driver-api';
import { glanceReference, ServiceUnavailableError } from '@zun/domain';
import type { GlanceImage } from '@zun/openstack';
import { PARTS, type ComputeParts } from '../parts.js';
import { glanceOf, unusable } from './glance-login.js';
import { SharedTask } from './shared-task.js';

type Progress = NonNullable<PullOptions['onProgress']>;

const FIRST_DELAY_MS = 1_000;
const TRIES = 4;

interface Download {
  readonly task: SharedTask<ImageConfig>;
  readonly tellers: Set<Progress>;
}

/**
 * Brings images of Glance to the engine, straight through: nothing is kept on disk. Who may use an image has been decided when it was asked
 * for, with the tenant's own token; here the service's own login does what has to be done.
 */
@Injectable()
export class GlanceDownloads {
  private readonly underWay = new Map<string, Download>();

  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  /**
   * Brings an image here; one that is under way for somebody else is not brought twice. What has that uuid never changes: one that is
   * here stays as it is.
   * @throws DomainError when there is no such image, or it has no content; ServiceUnavailableError after some tries
   */
  async bring(uuid: string, { signal, onProgress }: Pick<PullOptions, 'signal' | 'onProgress'> = {}): Promise<ImageConfig> {
    let download = this.underWay.get(uuid);
    if (!download || download.task.isAbandoned) {
      const tellers = new Set<Progress>();
      download = { tellers, task: new SharedTask((abandoned) => this.download(uuid, tellers, abandoned)) };
      this.underWay.set(uuid, download);
    }
    const { task, tellers } = download;
    if (onProgress) tellers.add(onProgress);
    try {
      return await task.join(signal);
    } finally {
      if (onProgress) tellers.delete(onProgress);
      if (this.underWay.get(uuid)?.task === task) this.underWay.delete(uuid);
    }
  }

  /** @throws DomainError of class conflict when Glance does not give the image out any more */
  async demandActive(uuid: string): Promise<GlanceImage> {
    const image = await glanceOf(this.parts).get(uuid);
    if (!image) throw unusable(`Image ${uuid} is not in Glance any more.`);
    if (image.status !== 'active') throw unusable(`Image ${uuid} cannot be used: its state in Glance is ${image.status}.`);
    return image;
  }

  private async download(uuid: string, tellers: ReadonlySet<Progress>, signal: AbortSignal): Promise<ImageConfig> {
    const tell: Progress = (progress) => tellers.forEach((teller) => teller(progress));
    for (let tries = 1, delay = FIRST_DELAY_MS; ; tries++, delay *= 2) {
      try {
        return await this.tryDownload(uuid, tell, signal);
      } catch (error) {
        if (!(error instanceof ServiceUnavailableError) || tries === TRIES) throw error;
        this.parts.logger.warn(
          { err: error, imageUuid: uuid, tries },
          'an image could not be had from Glance; another try follows',
        );
      }
      await this.parts.clock.sleep(delay, signal);
    }
  }

  private async tryDownload(uuid: string, tell: Progress, signal: AbortSignal): Promise<ImageConfig> {
    const { sizeBytes, content } = await glanceOf(this.parts).download(uuid, { signal });
    return this.parts.engine.loadImage(counted(content, sizeBytes ?? 0, tell), glanceReference(uuid), { signal });
  }
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  totalBytes: number,
  tell: (progress: PullProgress) => void,
): AsyncGenerator<Uint8Array> {
  let currentBytes = 0;
  for await (const chunk of content) {
    currentBytes += chunk.length;
    tell({ currentBytes, totalBytes });
    yield chunk;
  }
}
