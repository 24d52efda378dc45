import { Inject, Injectable } from '@nestjs/common';
import {
  AmbiguousNameError,
  DomainError,
  ImageNotFoundError,
  InvalidValueError,
  isUuidLike,
  type CommitChoice,
} from '@zun/domain';
import { fixedToken, type Glance, type GlanceImage, type ImageService } from '@zun/openstack';
import type { Logger } from '@zun/telemetry';
import { LOGGER } from '../options.js';
import { splitName } from './image-names.js';

/** The image service, if requests may name it and there is a login that finds it; else null. */
export const GLANCE = Symbol('Glance');

/** What `docker save` writes, in Glance's words. */
const CONTAINER_FORMAT = 'docker';
/** Glance has no word for such an archive: whatever is not for virtual machines to look into. */
const DISK_FORMAT = 'raw';

/** Images of Glance as the tenant who asks sees them: everything happens in their own name. */
@Injectable()
export class GlanceImages {
  constructor(
    @Inject(GLANCE) private readonly glance: Glance | null,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ServiceUnavailableError when Keystone cannot tell */
  async isServed(): Promise<boolean> {
    return this.glance !== null && this.glance.isOffered();
  }

  /**
   * One that containers can be made from, by its uuid or its exact name. Glance knows no tags: what is given besides a name is ignored.
   * @throws ImageNotFoundError; AmbiguousNameError; InvalidValueError for one of another kind, and where Glance is not served;
   *   DomainError of class conflict while it has no content
   */
  async find(token: string, text: string): Promise<GlanceImage> {
    const images = await this.imagesOf(token);
    const byUuid = isUuidLike(text) ? await images.get(text) : null;
    const image = byUuid ?? (await findByName(images, text)) ?? (await findByName(images, splitName(text).repo));
    if (!image) throw new ImageNotFoundError(text);
    if (image.containerFormat !== CONTAINER_FORMAT) {
      const format = image.containerFormat ?? 'none';
      throw new InvalidValueError(
        `image: ${text} has the container format ${format} in Glance, and must have ${CONTAINER_FORMAT}`,
      );
    }
    if (image.status !== 'active') {
      throw new DomainError('conflict', 'conflict', `Image ${text} cannot be used: its state in Glance is ${image.status}.`);
    }
    return image;
  }

  /**
   * Those whose name contains the text, or is exactly it; of those with a tag, those that have it.
   * @throws InvalidValueError where Glance is not served
   */
  async search(token: string, text: string, exact: boolean): Promise<readonly GlanceImage[]> {
    const images = await this.imagesOf(token);
    const { repo, tag } = splitName(text);
    const isTagged = text !== repo;
    const matches = (name: string, wanted: string): boolean => (exact ? name === wanted : name.includes(wanted));
    const all = await images.list({ containerFormat: CONTAINER_FORMAT });
    return all.filter(({ name, fields: { tags } }) => {
      if (matches(name ?? '', text)) return true;
      return isTagged && matches(name ?? '', repo) && Array.isArray(tags) && tags.includes(tag);
    });
  }

  /** Makes an image without content, which the host of a container will give it. */
  async createEmpty(token: string, { repo, tag }: Pick<CommitChoice, 'repo' | 'tag'>): Promise<GlanceImage> {
    const images = await this.imagesOf(token);
    return images.create({ name: repo, tags: [tag], containerFormat: CONTAINER_FORMAT, diskFormat: DISK_FORMAT });
  }

  /** Takes {@link createEmpty} back. Should that fail, its owner is left with an image without content, and the log tells. */
  async discard(token: string, imageUuid: string): Promise<void> {
    try {
      await (await this.imagesOf(token)).delete(imageUuid);
    } catch (err) {
      this.logger.warn({ err, imageUuid }, 'an image without content could not be removed from Glance');
    }
  }

  private async imagesOf(token: string): Promise<ImageService> {
    if (this.glance === null || !(await this.glance.isOffered())) {
      throw new InvalidValueError('image_driver: this cloud has no image service (Glance)');
    }
    return this.glance.as(fixedToken(token));
  }
}

/** Only those that containers can be made from count, so that what is of another kind, or empty, is in nobody's way. */
async function findByName(images: ImageService, name: string): Promise<GlanceImage | null> {
  const named = await images.list({ name, containerFormat: CONTAINER_FORMAT });
  const [image, ...others] = named.filter(({ status }) => status === 'active');
  if (others.length > 0) throw new AmbiguousNameError('image', name);
  return image ?? named[0] ?? null;
}
