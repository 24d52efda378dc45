import type { Operation, Params, ParamsValidator } from '@zun/api-schema';
import type { Microversion } from '@zun/domain';

/** What a request carries, as it was parsed. */
export interface ParamSources {
  readonly query: Params;
  /** The JSON object of the body; empty when there is none. */
  readonly body: Params;
}

/**
 * The parameters of a request, held to the operation's table. Zun reads them from the query and the body alike; a body of its own
 * is no source of them.
 * @throws SchemaValidationError
 */
export function collectParams(
  { method, params, body: ownBody }: Operation,
  { query, body }: ParamSources,
  validator: ParamsValidator | null,
  version: Microversion,
): Params {
  const isOnlyQuery = method === 'GET' || ownBody !== undefined;
  if (params?.check === 'query') {
    validator!.checkSchema(query, version);
    if (isOnlyQuery) return query;
    const merged = mergeParams(query, asTexts(body));
    validator!.checkKnown(merged, version);
    return merged;
  }
  const merged = isOnlyQuery ? query : mergeParams(query, body);
  if (params?.check === 'merged') validator!.checkSchema(merged, version);
  if (params?.check === 'known') validator!.checkKnown(merged, version);
  return merged;
}

/**
 * Query and body as one. A key in both is a list of both values, which then breaks its schema, as in Zun.
 * Without a prototype, as in this a key `__proto__` would hide values from every check and still hand them to the handler.
 */
function mergeParams(query: Params, body: Params): Params {
  const merged = Object.assign(Object.create(null) as Record<string, unknown>, query);
  for (const [name, value] of Object.entries(body)) merged[name] = Object.hasOwn(query, name) ? [query[name], value] : value;
  return merged;
}

type JsonValue = string | number | boolean | object | null;

/** What was meant for the query means in a body what its text would mean there; null is nothing. */
function asTexts(body: Params): Params {
  const given = Object.entries(body as Record<string, JsonValue>).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]));
}
