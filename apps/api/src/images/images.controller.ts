import { Controller, Inject, Param, Res } from '@nestjs/common';
import { parseBool } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { ImageNotFoundError, isUuidLike, SchemaValidationError, type RequestContext } from '@zun/domain';
import { ImageStore, type ImageRow, type TenantScope } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import { ContainerAccess } from '../containers/container-access.js';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { nextPage, parsePage } from '../http/paging.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { GlanceImages } from './glance-images.js';
import { imageDriverOf } from './image-names.js';
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
    private readonly glance: GlanceImages,
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
  async pull(@Call() call: ApiCall, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { body, origin } = call;
    const row = await this.images.pull(call, body.repo as string, body.host as string);
    void reply.header('Location', `${origin}/v1/images/${row.uuid}`);
    return JSON.stringify(presentImage(row, origin));
  }

  @ServesOperation('showImage')
  async show(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    if (ident === 'search')
      throw new SchemaValidationError('name: a search needs the name of an image, /v1/images/<name>/search');
    return JSON.stringify(presentImage(await this.find(call, ident), call.origin));
  }

  @ServesOperation('deleteImage')
  async delete(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { uuid } = await this.find(call, ident);
    await this.images.remove(call.context, uuid);
    return NULL;
  }

  @ServesOperation('searchImages')
  async search(@Call() { context, token, params }: ApiCall, @Param('name') name: string): Promise<string> {
    const exact = parseBool(params.exact_match);
    const driver = imageDriverOf(params) ?? this.options.defaults.imageDriver;
    if (driver === 'glance') return JSON.stringify((await this.glance.search(token, name, exact)).map(({ fields }) => fields));
    const found = await this.images.search(context, name);
    const wanted = exact ? found.filter((image) => image.name === name) : found;
    return JSON.stringify(wanted.map(presentFound));
  }

  /**
   * As in Zun, looked for before policy is asked: nobody learns by it that there is one of somebody else.
   * @throws ImageNotFoundError, also for an image of somebody else; PolicyNotAuthorizedError
   */
  private async find({ context, operation }: ApiCall, ident: string): Promise<ImageRow> {
    if (!isUuidLike(ident)) throw new ImageNotFoundError(ident);
    const row = await this.store.find(this.scopeOf(context), ident);
    if (operation.policy !== null) {
      this.policy.check(operation.policy, context, { project_id: row.project_id, user_id: row.user_id });
    }
    return row;
  }

  private scopeOf(context: RequestContext): TenantScope {
    return this.policy.isAdmin(context) ? 'all' : this.containers.ownScope(context);
  }
}
