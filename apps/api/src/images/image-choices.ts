import { Inject, Injectable } from '@nestjs/common';
import type { ImageChoice } from '@zun/domain';
import { ImageStore, type ImageRow } from '@zun/persistence';
import type { ApiCall } from '../http/api-call.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { GlanceImages } from './glance-images.js';
import { demandImageName, splitName } from './image-names.js';

/** An image as a request names it. */
export interface NamedImage {
  readonly image: string;
  /** Null: the operator's default. */
  readonly imageDriver: string | null;
  /** Whose own images count. */
  readonly projectId: string;
  /** It is from a registry that the request names: then it is none of the project's own. */
  readonly isOfRegistry?: boolean;
}

/** Finds what containers are to be made from. */
@Injectable()
export class ImageChoices {
  constructor(
    private readonly store: ImageStore,
    private readonly glance: GlanceImages,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  /**
   * Glance is asked with the caller's own token: nobody gets at an image that is not for them. Of names of Docker the project's own images go
   * before those of registries; these are not asked.
   * @param demand refuses the project's own image, should it be of no use
   * @throws InvalidValueError for what no image is called; ImageNotFoundError, AmbiguousNameError and DomainError of class conflict from Glance
   */
  async choose(call: Pick<ApiCall, 'token'>, named: NamedImage, demand?: (own: ImageRow) => void): Promise<ImageChoice> {
    const { image, imageDriver: driver, projectId, isOfRegistry = false } = named;
    const imageDriver = driver ?? this.options.defaults.imageDriver;
    if (imageDriver === 'glance') return { image, imageDriver, glanceImage: (await this.glance.find(call.token, image)).id };
    const own = isOfRegistry ? null : await this.findCommitted(projectId, image);
    if (own) demand?.(own);
    else demandImageName(image);
    return { image, imageDriver, committedImage: own?.uuid ?? null };
  }

  private findCommitted(projectId: string, text: string): Promise<ImageRow | null> {
    const { repo, tag } = splitName(text);
    return this.store.findCommitted(projectId, repo, tag);
  }
}
