import { Controller, Inject } from '@nestjs/common';
import { EnsureImage, ensureImage, SearchImages, searchImages, type SearchedImage } from '@zun/contracts';
import { DomainError, EngineRefusedError } from '@zun/domain';
import { Handles } from '@zun/transport';
import { PARTS, type ComputeParts } from '../parts.js';
import { ImageWorkers } from './image-workers.js';

@Controller()
export class ImagesController {
  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(ImageWorkers) private readonly workers: ImageWorkers,
  ) {}

  @Handles(ensureImage)
  ensure(wish: EnsureImage): void {
    this.workers.accept(wish);
  }

  /** A registry that the engine cannot reach is a conflict with how the cloud is set up, no fault of the service: no 5xx. */
  @Handles(searchImages)
  async search({ term }: SearchImages): Promise<readonly SearchedImage[]> {
    try {
      return await this.parts.engine.searchImages(term);
    } catch (error) {
      if (!(error instanceof EngineRefusedError) || error.errorClass !== 'internal') throw error;
      this.parts.logger.warn({ err: error, term }, 'the registry could not be searched');
      const detail = 'The image registry could not be searched: the host does not reach it. Please retry later.';
      throw new DomainError('conflict', 'registry-unavailable', detail, { cause: error });
    }
  }
}
