import { Controller, Inject, Param, Res } from '@nestjs/common';
import { parseStrictBool, REGISTRY_FILTERS } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { InvalidValueError } from '@zun/domain';
import { RegistryStore, type RegistryChange, type RegistryRow, type SqlValue } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import { ContainerAccess } from '../containers/container-access.js';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { nextPage, parsePage } from '../http/paging.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { RegistryAccess } from './registry-access.js';
import { RegistrySerializer } from './registry.serializer.js';

const SORT_COLUMNS = ['id', 'uuid', 'name', 'domain', 'username', 'project_id', 'user_id', 'created_at', 'updated_at'] as const;
type SortColumn = (typeof SORT_COLUMNS)[number];
const isSortColumn = (key: string): key is SortColumn => (SORT_COLUMNS as readonly string[]).includes(key);

/** Registries that tenants pull images from. */
@Controller()
export class RegistriesController {
  constructor(
    private readonly store: RegistryStore,
    private readonly access: RegistryAccess,
    private readonly containers: ContainerAccess,
    private readonly serializer: RegistrySerializer,
    private readonly policy: Policy,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('listRegistries')
  async list(@Call() call: ApiCall): Promise<string> {
    const { context, operation, params, origin } = call;
    const allProjects = parseStrictBool('all_projects', params.all_projects);
    if (allProjects) this.policy.check('registry:get_all_all_projects', context);
    const unknown = Object.keys(params).filter((name) => !Object.hasOwn(operation.params!.fields, name));
    if (unknown.length > 0) throw new InvalidValueError(`Unknown parameters: ${unknown.join(', ')}`);
    const page = parsePage(params, { maxLimit: this.options.maxLimit, defaultSortKey: 'id', isSortKey: isSortColumn });
    const rows = await this.store.list({
      ...page,
      sortKey: page.sortKey as SortColumn,
      scope: allProjects && this.policy.isAdmin(context) ? 'all' : this.containers.ownScope(context),
      filters: this.parseFilters(call),
    });
    return this.serializer.page(context, rows, nextPage(`${origin}/v1/registries`, page, rows.length, rows.at(-1)?.uuid));
  }

  @ServesOperation('createRegistry')
  async create(@Call() call: ApiCall, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { context, body, origin } = call;
    const given = body.registry as RegistryChange & { domain: string };
    const row = await this.store.create({ ...given, projectId: context.projectId ?? '', userId: context.userId });
    void reply.header('Location', `${origin}/v1/registries/${row.uuid}`);
    return this.serializer.one(context, row, origin);
  }

  @ServesOperation('showRegistry')
  async show(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.serializer.one(call.context, await this.access.find(call, ident), call.origin);
  }

  @ServesOperation('updateRegistry')
  async update(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { uuid } = await this.access.find(call, ident);
    const row = await this.store.update(uuid, call.params.registry as RegistryChange);
    return this.serializer.one(call.context, row, call.origin);
  }

  @ServesOperation('deleteRegistry')
  async delete(
    @Call() call: ApiCall,
    @Param('ident') ident: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.store.delete((await this.access.find(call, ident)).uuid);
    reply.removeHeader('content-type');
  }

  /** A field that the caller may not see cannot be asked for either. */
  private parseFilters({ params, context }: ApiCall): Partial<Record<keyof RegistryRow, SqlValue>> {
    const filters: Partial<Record<keyof RegistryRow, SqlValue>> = {};
    for (const name of REGISTRY_FILTERS) {
      const value = params[name];
      if (value === undefined) continue;
      if (typeof value !== 'string') throw new InvalidValueError(`Invalid value for ${name}: it may be given once.`);
      const rule = `registry:get_one:${name}`;
      if (this.policy.isDefined(rule)) this.policy.check(rule, context);
      filters[name] = value;
    }
    return filters;
  }
}
