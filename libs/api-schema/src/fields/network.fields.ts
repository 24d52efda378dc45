import type { JsonSchema, RequestField } from '../field.js';
import { NAME_PATTERN, NO_NUL } from './common.js';

const IDENT: JsonSchema = { type: 'string', minLength: 1, maxLength: 255, pattern: NO_NUL };

/** A network of the project's, by id or name. */
export const NETWORK_IDENT: RequestField = {
  schema: IDENT,
  rule: 'must be the name or id of a network, 1 to 255 characters',
  description: 'The network, by id or name.',
};

/** A port, by id. */
export const PORT_IDENT: RequestField = {
  schema: IDENT,
  rule: 'must be the name or id of a port, 1 to 255 characters',
  description: 'The port.',
};

export const FIXED_IP: RequestField = {
  schema: {
    anyOf: [
      { type: 'string', format: 'ipv4' },
      { type: 'string', format: 'ipv6' },
    ],
  },
  rule: 'must be an IPv4 or IPv6 address',
  description: 'The address that it is to have there.',
};

/** The body of `POST /v1/networks`. */
export const NETWORK_CREATE = {
  name: {
    schema: { type: ['string', 'null'], minLength: 2, maxLength: 255, pattern: NO_NUL },
    rule: 'must be a text of 2 to 255 characters, or null',
    required: true,
    description: 'Its name, not unique.',
  },
  neutron_net_id: {
    schema: { type: 'string', minLength: 2, maxLength: 255, pattern: `^(?!zun-)${NAME_PATTERN.slice(1)}` },
    rule:
      'must be 2 to 255 letters, digits, dots, dashes and underscores, beginning with a letter or digit, and not with zun-, ' +
      'as the networks do that projects have anyway',
    required: true,
    description: 'Its id.',
  },
} as const satisfies Record<string, RequestField>;
