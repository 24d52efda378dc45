import { DomainError } from '@zun/domain';

/** No request of ours needs more than ten. What walks a value by recursion, `JSON.stringify` for one, ends at some thousands. */
const MAX_LEVELS = 64;

/** Whether a `Content-Type` says JSON. */
export function isJsonType(header: string | undefined): boolean {
  return header?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/**
 * A body's JSON. What cannot be read counts as no body, as in Zun: the schema then says what is missing.
 * @returns undefined for what cannot be read
 * @throws DomainError for lists and objects in each other without end
 */
export function readJson(text: string): unknown {
  const value = parse(text);
  if (isDeeperThan(MAX_LEVELS, value)) {
    throw new DomainError('invalid', 'schema-validation-error', `The body is nested deeper than ${MAX_LEVELS} levels.`);
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
