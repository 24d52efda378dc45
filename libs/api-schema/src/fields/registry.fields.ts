import type { JsonSchema, RequestField } from '../field.js';
import { NAME_PATTERN, NO_NUL } from './common.js';

const nullableText = { type: ['string', 'null'] };

/** What of a registry is shown, by column; the policy `registry:get_one:<field>`, where there is one, hides it. */
export const REGISTRY_FIELDS = {
  uuid: { column: 'uuid', schema: { type: 'string', format: 'uuid' }, description: 'Its identity.' },
  name: { column: 'name', schema: nullableText, description: 'Its name, not unique.' },
  project_id: { column: 'project_id', schema: { type: 'string' }, description: 'The project it belongs to.' },
  user_id: { column: 'user_id', schema: { type: 'string' }, description: 'Who made it.' },
  domain: { column: 'domain', schema: { type: 'string' }, description: 'Where it is: `host[:port]`.' },
  username: { column: 'username', schema: nullableText, description: 'The user to pull as.' },
  /** Never shown, and not told whether there is one. */
  password: { column: null, schema: { const: '***' }, description: 'Always `***`.' },
} as const satisfies Record<string, { column: string | null; schema: JsonSchema; description: string }>;

/** Fields by which a list may be filtered: exact matches of what is stored. */
export const REGISTRY_FILTERS = ['name', 'domain', 'username', 'project_id', 'user_id'] as const;

const line = (maxLength: number): JsonSchema => ({ type: 'string', minLength: 1, maxLength, pattern: NO_NUL });

const PROPERTIES = {
  name: { type: 'string', minLength: 2, maxLength: 255, pattern: NAME_PATTERN },
  domain: line(255),
  username: line(255),
  password: line(16_384),
};

const RULE =
  'name (2 to 255 letters, digits, dots, dashes and underscores, beginning with a letter or digit), domain and username (1 to 255 ' +
  'characters), password (1 to 16384 characters), and nothing else';

/** The body of `POST /v1/registries`. */
export const REGISTRY_CREATE: RequestField = {
  schema: { type: 'object', properties: PROPERTIES, required: ['domain'], additionalProperties: false },
  rule: `must be an object with a domain; it may have ${RULE}`,
  required: true,
  description: 'The registry.',
};

/** The body of `PATCH /v1/registries/{ident}`. */
export const REGISTRY_UPDATE: RequestField = {
  schema: { type: 'object', properties: PROPERTIES, additionalProperties: false },
  rule: `must be an object; it may have ${RULE}`,
  required: true,
  description: 'What is to change.',
};
