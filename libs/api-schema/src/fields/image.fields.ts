import type { JsonSchema, RequestField, RequestFields } from '../field.js';
import { BOOL_EXTENDED } from '../booleans.js';
import { HOST_PATTERN, NO_NUL } from './common.js';

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };

/** What of an image is shown, by column. `status` and `status_reason` are ours: clients of Zun let them pass. */
export const IMAGE_FIELDS = {
  uuid: { schema: { type: 'string', format: 'uuid' }, description: 'Its identity.' },
  image_id: { schema: nullableText, description: 'The engine’s id of it, `sha256:…`; null until it is there.' },
  repo: { schema: text, description: 'What it is called, `[registry/]name`.' },
  tag: { schema: text, description: 'Which of that name.' },
  size: { schema: nullableText, description: 'Bytes; null until it is there.' },
  project_id: { schema: text, description: 'The project that asked for it.' },
  host: { schema: text, description: 'The host it is on.' },
  status: { schema: { enum: ['Pulling', 'Available', 'Error', 'Deleting'] }, description: 'Where it stands.' },
  status_reason: { schema: nullableText, description: 'How far the pull is, or why the last thing asked for failed.' },
} as const satisfies Record<string, { schema: JsonSchema; description: string }>;

/** The body of `POST /v1/images`. */
export const IMAGE_PULL: RequestFields = {
  repo: {
    schema: { type: 'string', minLength: 2, maxLength: 255, pattern: NO_NUL },
    rule: 'must be the name of an image, 2 to 255 characters',
    required: true,
    description: 'The image, `[registry/]name[:tag]`; the tag is `latest` unless given.',
  },
  host: {
    schema: { type: 'string', minLength: 2, maxLength: 255, pattern: HOST_PATTERN },
    rule: 'must be the name or uuid of a host, 2 to 255 characters',
    required: true,
    description: 'The host it is pulled to.',
  },
  image_id: {
    schema: { type: ['string', 'null'], maxLength: 255 },
    rule: 'must be a text of up to 255 characters, or null',
    description: 'Ignored; the registry says which it is.',
  },
  tag: {
    schema: { type: ['string', 'null'], maxLength: 255 },
    rule: 'must be a text of up to 255 characters, or null',
    description: 'Ignored, as in Zun: the tag is part of `repo`.',
  },
  size: {
    schema: { type: ['string', 'null'], pattern: '^[0-9]+[bkmgBKMG]?$' },
    rule: 'must be digits, with b, k, m or g after them if need be',
    description: 'Ignored; the engine says how large it is.',
  },
  image_pull_policy: {
    schema: { enum: ['never', 'always', 'ifnotpresent', null] },
    rule: 'must be one of never, always, ifnotpresent',
    description: 'Ignored, as in Zun: what is asked for is a pull.',
  },
};

/** The query of a search. */
export function imageSearchFields(imageDrivers: readonly string[]): Record<'image_driver' | 'exact_match', RequestField> {
  return {
    image_driver: {
      schema: { enum: [...imageDrivers, 'None'] },
      rule: `must be one of ${imageDrivers.join(', ')}`,
      description: 'Where images come from.',
    },
    exact_match: { ...BOOL_EXTENDED, description: 'Only the image of exactly this name.' },
  };
}
