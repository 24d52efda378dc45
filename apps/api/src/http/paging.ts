import { DomainError, InvalidValueError } from '@zun/domain';
import type { Params } from '@zun/api-schema';

/** One page of a list, as asked for. */
export interface Page {
  readonly limit: number;
  readonly marker: string | null;
  readonly sortKey: string;
  readonly descending: boolean;
}

export interface PageRules {
  /** Items at most, and when no limit is given. */
  readonly maxLimit: number;
  readonly defaultSortKey: string;
  readonly isSortKey: (key: string) => boolean;
}

const last = (value: unknown): unknown => (Array.isArray(value) ? null : value);

/** @throws InvalidValueError, or an error `invalid-parameter-value` for a key that is none, as Zun does */
export function parsePage(params: Params, rules: PageRules): Page {
  const limit = parseLimit(params.limit, rules.maxLimit);
  const sortKey = typeof params.sort_key === 'string' && params.sort_key !== '' ? params.sort_key : rules.defaultSortKey;
  if (!rules.isSortKey(sortKey) || Array.isArray(params.sort_key)) {
    throw new DomainError(
      'invalid',
      'invalid-parameter-value',
      `The sort_key value "${String(params.sort_key)}" is an invalid field for sorting`,
    );
  }
  const marker = last(params.marker);
  if (marker === null) throw new InvalidValueError('Invalid marker: it may be given once.');
  return {
    limit,
    marker: typeof marker === 'string' && marker !== '' ? marker : null,
    sortKey,
    descending: parseDirection(params.sort_dir),
  };
}

function parseLimit(value: unknown, maxLimit: number): number {
  if (value === undefined) return maxLimit;
  const limit = typeof value === 'string' && /^\+?\d+$/.test(value.trim()) ? Number(value) : 0;
  if (limit <= 0) throw new InvalidValueError('Invalid limit: it must be a positive integer');
  return Math.min(limit, maxLimit);
}

function parseDirection(value: unknown): boolean {
  if (value === undefined || value === 'asc') return false;
  if (value === 'desc') return true;
  throw new InvalidValueError(`Invalid sort direction: ${JSON.stringify(value)}. Acceptable values are 'asc' or 'desc'`);
}

/** The next page's URL when this one is full, as Zun forms it: filters are not carried over. */
export function nextPage(collection: string, page: Page, count: number, lastUuid: string | undefined): string | null {
  if (count < page.limit || lastUuid === undefined) return null;
  const direction = page.descending ? 'desc' : 'asc';
  return `${collection}?sort_key=${page.sortKey}&sort_dir=${direction}&limit=${page.limit}&marker=${lastUuid}`;
}
