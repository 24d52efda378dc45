import { Injectable, Inject } from '@nestjs/common';
import { CONTAINER_FIELDS, CONTAINER_FILTERS, parseStrictBool, type Params } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { InvalidValueError } from '@zun/domain';
import { ContainerRow, ContainerStore, type SqlValue, type TenantScope } from '@zun/persistence';
import { nextPage, parsePage } from '../http/paging.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import type { ApiCall } from '../http/api-call.js';
import { ContainerAccess } from './container-access.js';

type Column = keyof ContainerRow;

/** Keys a list may be sorted by: the representation's fields and the row's id. */
const SORT_COLUMNS: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['id', 'id'],
  ...Object.entries(CONTAINER_FIELDS).map(([name, { column }]) => [name, column] as [string, Column]),
]);

export interface ContainerPage {
  readonly rows: readonly ContainerRow[];
  readonly next: string | null;
}

/** `GET /v1/containers`. */
@Injectable()
export class ContainerList {
  constructor(
    private readonly store: ContainerStore,
    private readonly access: ContainerAccess,
    private readonly policy: Policy,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  async read(call: ApiCall): Promise<ContainerPage> {
    const { operation, params, origin } = call;
    const scope = this.scopeOf(call);
    const unknown = Object.keys(params).filter((name) => !Object.hasOwn(operation.params!.fields, name));
    if (unknown.length > 0) throw new InvalidValueError(`Unknown parameters: ${unknown.join(', ')}`);

    const page = parsePage(params, {
      maxLimit: this.options.maxLimit,
      defaultSortKey: 'id',
      isSortKey: (key) => SORT_COLUMNS.has(key),
    });
    const rows = await this.store.list({
      scope,
      filters: this.parseFilters(call, params),
      sortKey: SORT_COLUMNS.get(page.sortKey)!,
      descending: page.descending,
      limit: page.limit,
      marker: page.marker,
    });
    return { rows, next: nextPage(`${origin}/v1/containers`, page, rows.length, rows.at(-1)?.uuid) };
  }

  /** Whose containers are asked for: the caller's own, or with `all_projects` everybody's. @throws PolicyNotAuthorizedError */
  scopeOf({ context, params }: ApiCall): TenantScope {
    const allProjects = parseStrictBool('all_projects', params.all_projects);
    if (allProjects) this.policy.check('container:get_all_all_projects', context);
    return allProjects && this.policy.isAdmin(context) ? 'all' : this.access.ownScope(context);
  }

  /** A field that the caller may not see cannot be asked for either. */
  private parseFilters(call: ApiCall, params: Params): Partial<Record<Column, SqlValue>> {
    const filters: Partial<Record<Column, SqlValue>> = {};
    for (const name of CONTAINER_FILTERS) {
      const value = params[name];
      if (value === undefined) continue;
      if (typeof value !== 'string') throw new InvalidValueError(`Invalid value for ${name}: it may be given once.`);
      const rule = `container:get_one:${name}`;
      if (this.policy.isDefined(rule)) this.policy.check(rule, call.context);
      filters[CONTAINER_FIELDS[name].column] = toColumnValue(name, value);
    }
    return filters;
  }
}

/** −1 stands in a numeric column for a text that is no number: it matches nothing. */
function toColumnValue(name: (typeof CONTAINER_FILTERS)[number], value: string): SqlValue {
  if (name === 'auto_remove') return Number(parseStrictBool(name, value));
  if (name === 'memory') return /^\d{1,9}$/.test(value) ? Number(value) : -1;
  return value;
}
