import { Inject, Injectable } from '@nestjs/common';
import { computeOn, ensureImage, searchImages, type SearchedImage } from '@zun/contracts';
import { InvalidValueError, isUuidLike, ServiceUnavailableError, type Clock, type RequestContext } from '@zun/domain';
import {
  CLOCK,
  ComputeNodeNotFoundError,
  HostStore,
  ImageStore,
  toImageWish,
  type ImageRow,
  type WantedImage,
} from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import type { ApiCall } from '../http/api-call.js';
import { API_OPTIONS, LOGGER, type ApiOptions } from '../options.js';
import { GlanceImages } from './glance-images.js';
import { demandImageName } from './image-names.js';

/** Glance's own are longer. */
const MAX_TAG_LENGTH = 128;

/** What the API does about images: accepts wishes about them, and asks a host to search. */
@Injectable()
export class ImagesService {
  constructor(
    private readonly images: ImageStore,
    private readonly hosts: HostStore,
    private readonly glance: GlanceImages,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Pulls by name from a registry, by uuid from Glance.
   * @throws InvalidValueError for a name that is none, and for an unknown host; ImageAlreadyExistsError; see {@link GlanceImages.find}
   */
  async pull({ context, token }: Pick<ApiCall, 'context' | 'token'>, text: string, hostIdent: string): Promise<ImageRow> {
    const image = isUuidLike(text) && (await this.glance.isServed()) ? await this.inGlance(token, text) : inRegistry(text);
    const host = await this.hostOf(hostIdent);
    const row = await this.images.want(context, { ...image, host });
    this.tell(row);
    return row;
  }

  /** @throws ImageNotFoundError */
  async remove(context: RequestContext, uuid: string): Promise<void> {
    this.tell(await this.images.unwant(context, uuid));
  }

  /** What the public registry has by that term, as a host sees it. @throws DomainError of class conflict when none is within reach */
  async search(context: RequestContext, term: string): Promise<readonly SearchedImage[]> {
    const host = await this.anyHost();
    const options = { timeoutMs: this.options.rpcTimeoutMs, requestId: context.requestId };
    return this.transport.request(computeOn(host), searchImages, { term }, options);
  }

  /** Named on the host as in Glance; there is but one of that uuid, whatever it is called. */
  private async inGlance(token: string, uuid: string): Promise<Omit<WantedImage, 'host'>> {
    const { id, name, fields } = await this.glance.find(token, uuid);
    const tags = Array.isArray(fields.tags) ? (fields.tags as string[]) : [];
    return { repo: name ?? id, tag: tags[0]?.slice(0, MAX_TAG_LENGTH) ?? 'latest', glanceImage: id };
  }

  private async hostOf(ident: string): Promise<string> {
    try {
      return (await this.hosts.find(ident)).hostname;
    } catch (error) {
      if (!(error instanceof ComputeNodeNotFoundError)) throw error;
      throw new InvalidValueError(`Invalid value for host: there is no host ${ident}.`);
    }
  }

  /** A host whose service and engine answer; each time another, so that none has all the work. */
  private async anyHost(): Promise<string> {
    const [nodes, names] = await Promise.all([
      this.hosts.all(),
      this.hosts.namesOfUp(this.clock.now(), this.options.serviceDownTimeS),
    ]);
    const up = new Set(names);
    const able = nodes.filter(({ hostname, engine_up }) => engine_up === 1 && up.has(hostname));
    const chosen = able[Math.floor(Math.random() * able.length)];
    if (!chosen) throw new ServiceUnavailableError('No host is available to search for images. Please retry later.');
    return chosen.hostname;
  }

  /** Should the host not hear, a scheduler tells it again later. */
  private tell(row: ImageRow): void {
    const { host, uuid, request_id: requestId } = row;
    this.transport.send(computeOn(host), ensureImage, toImageWish(row), { requestId }).catch((err: unknown) => {
      this.logger.warn({ err, host, imageUuid: uuid, requestId }, 'a host could not be told of an image; it will be later');
    });
  }
}

function inRegistry(text: string): Omit<WantedImage, 'host'> {
  const { registry, path, tag } = demandImageName(text);
  return { repo: registry === null ? path : `${registry}/${path}`, tag };
}
