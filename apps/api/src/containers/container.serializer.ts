import { Injectable } from '@nestjs/common';
import { CONTAINER_FIELDS, type ResponseField } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { formatContainerTime } from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';
import type { ApiCall } from '../http/api-call.js';

/** Where a representation is used: a create's reply shows unset maps and lists as null, a list leaves out the links. */
export type Use = 'single' | 'created' | 'listed';

type Writer = (row: ContainerRow, use: Use) => string;

const FIELDS = Object.entries<ResponseField>(CONTAINER_FIELDS);

/** JSON columns hold JSON: it goes out as it is stored. */
function writerOf([name, field]: [string, ResponseField]): Writer {
  const key = `${JSON.stringify(name)}:`;
  const column = field.column as keyof ContainerRow;
  const stored =
    (empty: string): Writer =>
    (row, use) => {
      const text = row[column] as string | null;
      return key + (text ?? (use === 'created' && field.nullUntilCreated ? 'null' : empty));
    };
  switch (field.kind) {
    case 'json-list':
      return stored('[]');
    case 'json-object':
      return stored('{}');
    case 'flag':
      return (row) => key + (row[column] === 1 ? 'true' : 'false');
    case 'number':
      return (row) => key + String(row[column]);
    case 'numeric-text':
      return (row) => `${key}"${String(row[column])}"`;
    case 'time':
      return (row) => key + JSON.stringify(formatContainerTime(row[column] as string | null));
    case 'text':
      return (row) => key + JSON.stringify(row[column]);
  }
}

/** Writes containers as JSON, straight from their rows, showing each caller the fields that policy lets it see. */
@Injectable()
export class ContainerSerializer {
  private readonly writers = FIELDS.map(([name, field]) => ({
    since: field.since,
    rule: `container:get_one:${name}`,
    write: writerOf([name, field]),
  }));

  constructor(private readonly policy: Policy) {}

  one(call: Caller, row: ContainerRow, use: Use = 'single'): string {
    return `{"links":${linksOf(call.origin, row.uuid)},${this.fields(call, row, use)}}`;
  }

  /** @param next the URL of the next page, or null */
  page(call: Caller, rows: readonly ContainerRow[], next: string | null): string {
    const items = rows.map((row) => `{${this.fields(call, row, 'listed')}}`);
    return `{"containers":[${items.join(',')}],"next":${JSON.stringify(next)}}`;
  }

  private fields({ context, version }: Caller, row: ContainerRow, use: Use): string {
    const target = { project_id: row.project_id, user_id: row.user_id };
    let text = '';
    for (const { since, rule, write } of this.writers) {
      if (since && version.isBefore(since)) continue;
      if (this.policy.isDefined(rule) && !this.policy.allows(rule, context, target)) continue;
      text += text === '' ? write(row, use) : `,${write(row, use)}`;
    }
    return text;
  }
}

/** Who is shown a container, and in which version of the API. */
type Caller = Pick<ApiCall, 'context' | 'version' | 'origin'>;

function linksOf(origin: string, uuid: string): string {
  return JSON.stringify([
    { href: `${origin}/v1/containers/${uuid}`, rel: 'self' },
    { href: `${origin}/containers/${uuid}`, rel: 'bookmark' },
  ]);
}
