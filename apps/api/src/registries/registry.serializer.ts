import { Injectable } from '@nestjs/common';
import { REGISTRY_FIELDS } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import type { RequestContext } from '@zun/domain';
import type { RegistryRow } from '@zun/persistence';

const PASSWORD = '***';
const FIELDS = Object.entries(REGISTRY_FIELDS).map(([name, { column }]) => ({ name, column, rule: `registry:get_one:${name}` }));

/** Shows registries: to each caller the fields that policy lets it see, to nobody a password. */
@Injectable()
export class RegistrySerializer {
  constructor(private readonly policy: Policy) {}

  one(context: RequestContext, row: RegistryRow, origin: string): string {
    const links = [
      { href: `${origin}/v1/registries/${row.uuid}`, rel: 'self' },
      { href: `${origin}/registries/${row.uuid}`, rel: 'bookmark' },
    ];
    return JSON.stringify({ registry: { links, ...this.fields(context, row) } });
  }

  /** @param next the URL of the next page, or null */
  page(context: RequestContext, rows: readonly RegistryRow[], next: string | null): string {
    return JSON.stringify({ registries: rows.map((row) => this.fields(context, row)), next });
  }

  private fields(context: RequestContext, row: RegistryRow): Record<string, unknown> {
    const target = { project_id: row.project_id, user_id: row.user_id };
    const seen = FIELDS.filter(({ rule }) => !this.policy.isDefined(rule) || this.policy.allows(rule, context, target));
    return Object.fromEntries(seen.map(({ name, column }) => [name, column === null ? PASSWORD : row[column]]));
  }
}
