import { Inject, Injectable } from '@nestjs/common';
import type { ImageConfig, PullOptions, PullProgress } from '@zun/driver-api';
import { committedReference, DomainError, EngineRefusedError, glanceReference, ServiceUnavailableError } from '@zun/domain';
import type { GlanceImage, ImageService } from '@zun/openstack';
import { Patience } from '../engine/patience.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { SharedTask } from './shared-task.js';

type Progress = NonNullable<PullOptions['onProgress']>;

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** Tries of a download: whoever waits for it is told sooner that there is none than whoever has an image to bring. */
const DOWNLOAD_TRIES = 4;
/** How long Glance may take to notice that an upload has broken off. */
const BROKEN_OFF_MS = 60_000;

interface Download {
  readonly task: SharedTask<ImageConfig>;
  readonly tellers: Set<Progress>;
}

/**
 * Moves images between Glance and the engine, straight through: nothing is kept on disk. Who may use an image has been decided when it was
 * asked for, with the tenant's own token; here the service's own login does what has to be done.
 */
@Injectable()
export class GlanceImages {
  private readonly downloads = new Map<string, Download>();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Patience) private readonly patience: Patience,
  ) {}

  /**
   * Brings an image here; one that is under way for somebody else is not brought twice. What has that uuid never changes: one that is
   * here stays as it is.
   * @throws DomainError when there is no such image, or it has no content; ServiceUnavailableError after some tries
   */
  async bring(uuid: string, { signal, onProgress }: Pick<PullOptions, 'signal' | 'onProgress'> = {}): Promise<ImageConfig> {
    let download = this.downloads.get(uuid);
    if (!download || download.task.isAbandoned) {
      const tellers = new Set<Progress>();
      download = { tellers, task: new SharedTask((abandoned) => this.download(uuid, tellers, abandoned)) };
      this.downloads.set(uuid, download);
    }
    const { task, tellers } = download;
    if (onProgress) tellers.add(onProgress);
    try {
      return await task.join(signal);
    } finally {
      if (onProgress) tellers.delete(onProgress);
      if (this.downloads.get(uuid)?.task === task) this.downloads.delete(uuid);
    }
  }

  /** @throws DomainError of class conflict when Glance does not give the image out any more */
  async demandActive(uuid: string): Promise<GlanceImage> {
    const image = await this.glance.get(uuid);
    if (!image) throw unusable(`Image ${uuid} is not in Glance any more.`);
    if (image.status !== 'active') throw unusable(`Image ${uuid} cannot be used: its state in Glance is ${image.status}.`);
    return image;
  }

  /**
   * Gives an image of Glance the content of the one that was committed here for it, which then goes; waits for a Glance that is away. Should it come
   * to nothing, neither is left.
   * @throws EngineRefusedError when it was not made; DomainError with what Glance says when it refuses; the reason of `signal`
   */
  async publish(uuid: string, signal: AbortSignal): Promise<void> {
    try {
      await this.whenThere(() => this.upload(uuid, signal), signal);
      await this.patience.until(() => this.parts.engine.removeImage(committedReference(uuid)));
    } catch (error) {
      if (error instanceof DomainError) await this.discard(uuid, signal);
      throw error;
    }
  }

  /** Removes both, unless the one in Glance has its content: then it is its owner's. */
  async discard(uuid: string, signal: AbortSignal): Promise<void> {
    await this.whenThere(async () => {
      const image = await this.glance.get(uuid);
      if (image && image.status !== 'active') await this.glance.delete(uuid);
    }, signal);
    await this.patience.until(() => this.parts.engine.removeImage(committedReference(uuid)));
  }

  private async download(uuid: string, tellers: ReadonlySet<Progress>, signal: AbortSignal): Promise<ImageConfig> {
    const tell: Progress = (progress) => tellers.forEach((teller) => teller(progress));
    for (let tries = 1, delay = FIRST_DELAY_MS; ; tries++, delay *= 2) {
      try {
        return await this.tryDownload(uuid, tell, signal);
      } catch (error) {
        if (!(error instanceof ServiceUnavailableError) || tries === DOWNLOAD_TRIES) throw error;
        this.parts.logger.warn(
          { err: error, imageUuid: uuid, tries },
          'an image could not be had from Glance; another try follows',
        );
      }
      await this.parts.clock.sleep(delay, signal);
    }
  }

  private async tryDownload(uuid: string, tell: Progress, signal: AbortSignal): Promise<ImageConfig> {
    const { sizeBytes, content } = await this.glance.download(uuid, { signal });
    return this.parts.engine.loadImage(counted(content, sizeBytes ?? 0, tell), glanceReference(uuid), { signal });
  }

  /** An upload that an earlier try has brought to its end is not made again. */
  private async upload(uuid: string, signal: AbortSignal): Promise<void> {
    const image = await this.settled(uuid, signal);
    if (image?.status === 'active') return;
    if (image?.status !== 'queued') throw unusable(`Image ${uuid} takes no content: it is ${image?.status ?? 'gone'} in Glance.`);
    const { engine } = this.parts;
    if (!(await engine.inspectImage(committedReference(uuid)))) {
      throw new EngineRefusedError('The image was not made.', { errorClass: 'invalid', code: 'image-not-found' });
    }
    await this.glance.upload(uuid, await engine.saveImage(committedReference(uuid), { signal }), { signal });
  }

  /** The image as it is once no upload is under way: a process that was killed may have left one behind. */
  private async settled(uuid: string, signal: AbortSignal): Promise<GlanceImage | null> {
    const { clock } = this.parts;
    const until = clock.now() + BROKEN_OFF_MS;
    let image = await this.glance.get(uuid);
    while (image?.status === 'saving' && clock.now() < until) {
      await clock.sleep(FIRST_DELAY_MS, signal);
      image = await this.glance.get(uuid);
    }
    return image;
  }

  /** Does it when Glance and the engine are there. */
  private async whenThere<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
      try {
        return await this.patience.until(work);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ServiceUnavailableError)) throw error;
        this.parts.logger.warn({ err: error }, 'Glance is away; an image waits for it');
      }
      await this.parts.clock.sleep(delay, signal);
    }
  }

  /** @throws EngineRefusedError when this service has no login */
  private get glance(): ImageService {
    if (this.parts.glance) return this.parts.glance;
    const detail = 'This host has no login for Glance: its [keystone_auth] names none.';
    throw new EngineRefusedError(detail, { errorClass: 'conflict', code: 'conflict' });
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

function unusable(detail: string): DomainError {
  return new DomainError('conflict', 'image-not-found', detail);
}
