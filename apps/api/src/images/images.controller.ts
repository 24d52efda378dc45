import { Controller, Inject, Param, Res } from '@nestjs/common';
import { parseBool } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { DomainError, isUuidLike, type RequestContext } from '@zun/domain';
import { ImageStore, type ImageRow, type TenantScope } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import { ContainerAccess } from '../containers/container-access.js';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { nextPage, parsePage } from '../http/paging.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { ImagesService } from './images.service.js';
import { presentFound, presentImage } from './present-image.js';

const SORT_COLUMNS = [
  'id',
  'uuid',
  'image_id',
  'repo',
  'tag',
  'size',
  'project_id',
  'host',
  'status',
  'created_at',
  'updated_at',
];
const isSortColumn = (key: string): key is keyof ImageRow => SORT_COLUMNS.includes(key);

/** Images on hosts: for administrators, unless an operator's policy lets projects see and delete their own. */
@Controller()
export class ImagesController {
  constructor(
    private readonly store: ImageStore,
    private readonly images: ImagesService,
    private readonly containers: ContainerAccess,
    private readonly policy: Policy,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('listImages')
  async list(@Call() { params, context, origin }: ApiCall): Promise<string> {
    const page = parsePage(params, { maxLimit: this.options.maxLimit, defaultSortKey: 'id', isSortKey: isSortColumn });
    const rows = await this.store.list({ ...page, sortKey: page.sortKey as keyof ImageRow, scope: this.scopeOf(context) });
    const next = nextPage(`${origin}/v1/images`, page, rows.length, rows.at(-1)?.uuid);
    return JSON.stringify({ images: rows.map((row) => presentImage(row, origin)), next });
  }

  @ServesOperation('pullImage')
  async pull(@Call() { body, context, origin }: ApiCall, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const row = await this.images.pull(context, body.repo as string, body.host as string);
    void reply.header('Location', `${origin}/v1/images/${row.uuid}`);
    return JSON.stringify(presentImage(row, origin));
  }

  @ServesOperation('showImage')
  async show(@Call() { context, origin }: ApiCall, @Param('ident') ident: string): Promise<string> {
    return JSON.stringify(presentImage(await this.find(context, ident), origin));
  }

  @ServesOperation('deleteImage')
  async delete(@Call() { context }: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { uuid } = await this.find(context, ident);
    await this.images.remove(context, uuid);
    return NULL;
  }

  @ServesOperation('searchImages')
  async search(@Call() { context, params }: ApiCall, @Param('name') name: string): Promise<string> {
    const { image_driver: driver = 'None', exact_match: exact } = params as { image_driver?: string; exact_match?: unknown };
    const found = await this.images.search(context, name, driver === 'None' ? this.options.defaults.imageDriver : driver);
    const wanted = parseBool(exact) ? found.filter((image) => image.name === name) : found;
    return JSON.stringify(wanted.map(presentFound));
  }

  /** @throws DomainError of class not-found for what is no uuid; ImageNotFoundError, also for an image of somebody else */
  private find(context: RequestContext, ident: string): Promise<ImageRow> {
    if (!isUuidLike(ident)) throw new DomainError('not-found', 'image-not-found', `Image ${ident} could not be found.`);
    return this.store.find(this.scopeOf(context), ident);
  }

  private scopeOf(context: RequestContext): TenantScope {
    return this.policy.isAdmin(context) ? 'all' : this.containers.ownScope(context);
  }
}
