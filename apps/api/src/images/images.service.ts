import { Inject, Injectable } from '@nestjs/common';
import { computeOn, ensureImage, searchImages, type SearchedImage } from '@zun/contracts';
import { InvalidValueError, ServiceUnavailableError, type Clock, type ImageReference, type RequestContext } from '@zun/domain';
import { CLOCK, ComputeNodeNotFoundError, HostStore, ImageStore, toImageWish, type ImageRow } from '@zun/persistence';
import type { Logger } from '@zun/telemetry';
import { TRANSPORT, type Transport } from '@zun/transport';
import { API_OPTIONS, LOGGER, type ApiOptions } from '../options.js';
import { demandImageName, splitName } from './image-names.js';

/** What the API does about images: accepts wishes about them, and asks a host to search. */
@Injectable()
export class ImagesService {
  constructor(
    private readonly images: ImageStore,
    private readonly hosts: HostStore,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws InvalidValueError for a name that is none, and for an unknown host; ImageAlreadyExistsError */
  async pull(context: RequestContext, text: string, hostIdent: string): Promise<ImageRow> {
    const { registry, path, tag } = demandImageName(text);
    const host = await this.hostOf(hostIdent);
    const row = await this.images.want(context, { repo: repoOf({ registry, path }), tag, host });
    this.tell(row);
    return row;
  }

  /** @throws ImageNotFoundError */
  async remove(context: RequestContext, uuid: string): Promise<void> {
    this.tell(await this.images.unwant(context, uuid));
  }

  /** @throws InvalidValueError for a driver that no host serves; DomainError of class conflict when no registry is within reach */
  async search(context: RequestContext, term: string, driver: string): Promise<readonly SearchedImage[]> {
    if (driver !== 'docker') throw new InvalidValueError(`Image driver ${driver} is not served by this cloud.`);
    const host = await this.anyHost();
    const options = { timeoutMs: this.options.rpcTimeoutMs, requestId: context.requestId };
    return this.transport.request(computeOn(host), searchImages, { term }, options);
  }

  /**
   * The project's own image of that name, which goes before any other: it has been committed from one of its containers.
   * @returns null when it has none
   */
  findCommitted(projectId: string, text: string): Promise<ImageRow | null> {
    const { repo, tag } = splitName(text);
    return this.images.findCommitted(projectId, repo, tag);
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

function repoOf({ registry, path }: Pick<ImageReference, 'registry' | 'path'>): string {
  return registry === null ? path : `${registry}/${path}`;
}
