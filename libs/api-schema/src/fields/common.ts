import type { RequestField } from '../field.js';
import { ANY_TEXT, BOOL_EXTENDED } from '../booleans.js';

export const NAME_PATTERN = '^[a-zA-Z0-9][a-zA-Z0-9_.-]+$';
export const HOST_PATTERN = '^[a-zA-Z0-9-._]*$';

/** Programs take texts that end at a NUL: with one inside, no engine can start a process. */
export const NO_NUL = '^[^\\u0000]*$';
/** A text that goes to a process. */
export const PROCESS_TEXT = { type: 'string', pattern: NO_NUL } as const;

const text = (description: string): RequestField => ({ ...ANY_TEXT, description });

/** Parameters of every paged list. Their values are checked after policy, as Zun does. */
export const PAGING = {
  limit: text('At most this many items; capped by the service.'),
  marker: text('The uuid of the last item of the page before.'),
  sort_key: text('The field to sort by.'),
  sort_dir: text('`asc` or `desc`.'),
} as const;

export const ALL_PROJECTS: RequestField = text('Look in all projects (administrators only).');

export const flagParam = (description: string): RequestField => ({ ...BOOL_EXTENDED, description });

/** A number of seconds as digits; empty means the default. */
export const TIMEOUT: RequestField = {
  schema: { type: 'string', pattern: '^[0-9]*$' },
  rule: 'must be a number of seconds, 0 or more',
  description: 'Seconds of grace before the process is killed (default 10).',
};
