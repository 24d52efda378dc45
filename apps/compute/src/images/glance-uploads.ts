import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { committedReference, DomainError, EngineRefusedError, ServiceUnavailableError } from '@zun/domain';
import type { GlanceImage, ImageService } from '@zun/openstack';
import { Patience } from '../engine/patience.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { glanceOf, unusable } from './glance-login.js';

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** How long Glance may take to notice that an upload has broken off; it does so as soon as the connection is closed. */
const BROKEN_OFF_MS = 15_000;

/** Brings images that were committed for it to Glance, straight from the engine. */
@Injectable()
export class GlanceUploads {
  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Patience) private readonly patience: Patience,
  ) {}

  /**
   * Gives an image of Glance the content of the one that was committed here for it, which then goes; waits for a Glance that is away. Should it come
   * to nothing, neither is left.
   * @throws EngineRefusedError when it was not made; DomainError with what Glance says when it refuses; the reason of `signal`
   */
  async publish(uuid: string, signal: AbortSignal): Promise<void> {
    try {
      await this.whenThere(() => this.upload(uuid, committedReference(uuid), signal), signal);
      await this.patience.until(() => this.parts.engine.removeImage(committedReference(uuid)));
    } catch (error) {
      if (error instanceof DomainError) await this.discard(uuid, signal);
      throw error;
    }
  }

  /** Removes both, unless the one in Glance has its content: then it is its owner's. */
  async discard(uuid: string, signal: AbortSignal): Promise<void> {
    await this.whenThere(() => this.forget(uuid), signal);
    await this.patience.until(() => this.parts.engine.removeImage(committedReference(uuid)));
  }

  private async forget(uuid: string): Promise<void> {
    const image = await this.glance.get(uuid);
    if (image && image.status !== 'active') await this.glance.delete(uuid);
    const successor = successorOf(uuid);
    if (await this.glance.get(successor)) await this.forget(successor);
  }

  /** An upload that an earlier try has brought to its end is not made again. */
  private async upload(uuid: string, reference: string, signal: AbortSignal): Promise<void> {
    const image = await this.settled(uuid, signal);
    if (image?.status === 'active') return;
    if (image?.status === 'queued') return this.send(uuid, reference, signal);
    const successor = await this.successor(uuid, image);
    if (!successor) throw unusable(`Image ${uuid} takes no content: it is ${image?.status ?? 'gone'} in Glance.`);
    await this.upload(successor, reference, signal);
    await this.glance.delete(uuid);
  }

  private async send(uuid: string, reference: string, signal: AbortSignal): Promise<void> {
    const { engine } = this.parts;
    if (!(await engine.inspectImage(reference))) {
      throw new EngineRefusedError('The image was not made.', { errorClass: 'invalid', code: 'image-not-found' });
    }
    await this.glance.upload(uuid, await engine.saveImage(reference, { signal }), { signal });
  }

  /**
   * A Glance that is killed in the middle of an upload leaves an image that takes no content ever after, and whose uuid is never free again:
   * another of the same name takes its place.
   * @returns its uuid, which follows from that of the first; null when there is no need of any
   */
  private async successor(uuid: string, stuck: GlanceImage | null): Promise<string | null> {
    const id = successorOf(uuid);
    if (await this.glance.get(id)) return id;
    if (stuck?.status !== 'saving') return null;
    const { name, containerFormat, diskFormat, fields } = stuck;
    const made = { name: name ?? '', tags: fields.tags as string[], owner: fields.owner as string };
    await this.glance.create({ ...made, id, containerFormat: containerFormat ?? '', diskFormat: diskFormat ?? '' });
    this.parts.logger.warn({ imageUuid: uuid, successor: id }, 'an image is stuck in Glance: another takes its place');
    return id;
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

  private get glance(): ImageService {
    return glanceOf(this.parts);
  }
}

/** Whoever comes after one that was killed finds it by this. */
function successorOf(uuid: string): string {
  const digest = createHash('sha256').update(`successor of ${uuid}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
