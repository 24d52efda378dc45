import { Inject, Injectable } from '@nestjs/common';
import { computeOn, ensureImage } from '@zun/contracts';
import { ImageStore, toImageWish, type ImageRow } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { LOGGER } from './options.js';

/** Tells hosts again which images they are to have. A message is a hint: one that is lost is sent again by the reconciler. */
@Injectable()
export class ImageDispatcher {
  constructor(
    @Inject(TRANSPORT) private readonly transport: Transport,
    private readonly images: ImageStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async redispatch(pending: readonly ImageRow[]): Promise<void> {
    await this.images.markHinted(pending);
    await Promise.all(pending.map((row) => this.tell(row)));
  }

  private async tell(row: ImageRow): Promise<void> {
    const { host, uuid, request_id: requestId } = row;
    try {
      await this.transport.send(computeOn(host), ensureImage, toImageWish(row), { requestId });
    } catch (err) {
      this.logger.warn({ err, host, imageUuid: uuid, requestId }, 'a host could not be told of an image; it will be later');
    }
  }
}
