import { Microversion } from '@zun/domain';
import { BOOL } from '../booleans.js';
import type { JsonSchema, RequestField } from '../field.js';
import { HOST_PATTERN, NAME_PATTERN, NO_NUL, PROCESS_TEXT } from './common.js';

/** The ranges that an operator sets; cores, MiB and GiB. */
export interface ContainerLimits {
  readonly minimumCpus: number;
  readonly maximumCpus: number;
  readonly minimumMemoryMib: number;
  readonly maximumMemoryMib: number;
  readonly minimumDiskGib: number;
  readonly maximumDiskGib: number;
  readonly imageDrivers: readonly string[];
}

const v = (text: string): Microversion => Microversion.of(text);

const isNonEmpty = (value: unknown): boolean =>
  value !== null && value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0);

/** @param names what keys look like */
const nullableObject = (values: JsonSchema, names: JsonSchema): JsonSchema => ({
  type: ['object', 'null'],
  additionalProperties: values,
  propertyNames: { type: 'string', ...names },
});
const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean'], pattern: NO_NUL };
const nullableList = (items: JsonSchema): JsonSchema => ({ type: ['array', 'null'], items });

const NAME: RequestField = {
  schema: { type: ['string', 'null'], minLength: 2, maxLength: 255, pattern: NAME_PATTERN },
  rule: 'must be 2 to 255 letters, digits, dots, dashes and underscores, beginning with a letter or digit',
  description: 'The name; not unique. One is made up when none is given.',
};

const cpu = (limits: ContainerLimits): RequestField => ({
  schema: {
    anyOf: [
      { type: 'number', minimum: limits.minimumCpus, maximum: limits.maximumCpus },
      { type: 'string', pattern: '^[0-9]*(\\.[0-9]+)?$', minLength: 1, numericRange: [limits.minimumCpus, limits.maximumCpus] },
      { type: 'null' },
    ],
  },
  rule: `must be a number of cores from ${limits.minimumCpus} to ${limits.maximumCpus}`,
  description: 'Cores.',
});

const whole = (unit: string, minimum: number, maximum: number, description: string): RequestField => ({
  schema: {
    anyOf: [
      { type: 'integer', minimum, maximum },
      { type: 'string', pattern: '^[0-9]+$', numericRange: [minimum, maximum] },
      { type: 'null' },
    ],
  },
  rule: `must be a whole number of ${unit} from ${minimum} to ${maximum}`,
  description,
});

const memory = (limits: ContainerLimits): RequestField =>
  whole('MiB', limits.minimumMemoryMib, limits.maximumMemoryMib, 'Memory in MiB.');

const AUTO_HEAL: RequestField = { ...BOOL, description: 'Make the container again when it vanishes from its host.' };

/** Fields of `PATCH /v1/containers/{ident}` and `resize_container`. */
export function containerUpdateFields(limits: ContainerLimits) {
  return { name: NAME, cpu: cpu(limits), memory: memory(limits), auto_heal: AUTO_HEAL } as const;
}

const IMAGE: JsonSchema = { type: 'string', minLength: 2, maxLength: 255, pattern: '[a-zA-Z0-9][a-zA-Z0-9_.-]' };
const IMAGE_RULE = 'must be the name of an image, 2 to 255 characters';

/** Fields of `rebuild`. What is absent stays; Python clients send the text None for that. */
export function containerRebuildFields({ imageDrivers }: ContainerLimits) {
  return {
    image: {
      schema: { ...IMAGE, type: ['string', 'null'] },
      rule: IMAGE_RULE,
      description: 'The new image; absent: the one that it has.',
    },
    image_driver: {
      schema: { enum: [...imageDrivers, 'None', null] },
      rule: `must be one of ${imageDrivers.join(', ')}`,
      errorCode: 'validation-error',
      description: 'Where the image comes from.',
    },
  } as const satisfies Record<string, RequestField>;
}

/** Fields of `rename`. */
export const RENAME_FIELDS = {
  name: { ...NAME, required: true, description: 'The new name.' },
} as const satisfies Record<string, RequestField>;

/** What an engine can count to. */
const MAX_RETRIES = 2_147_483_647;

/** Seconds; an engine takes none for its default, and else not less than a millisecond. */
const PERIOD: JsonSchema = { anyOf: [{ const: 0 }, { type: 'number', minimum: 0.001, maximum: 86_400 }] };

const MAX_MOUNTS = 64;
/** What Cinder counts to. */
const MAX_VOLUME_GIB = 2_147_483_647;

/** Fields of `POST /v1/containers`. */
export function containerCreateFields(limits: ContainerLimits) {
  return {
    run: { schema: {}, rule: 'must be a boolean', description: 'Start it once it is created; also a query parameter.' },
    image: {
      schema: IMAGE,
      rule: IMAGE_RULE,
      required: true,
      description: 'The image, `[registry/]name[:tag]`.',
    },
    name: NAME,
    command: {
      schema: nullableList(SCALAR),
      rule: 'must be a list of words, without NUL characters',
      until: {
        version: v('1.19'),
        schema: { ...PROCESS_TEXT, type: ['string', 'null'] },
        rule: 'must be a text (a list from version 1.20) without NUL characters',
      },
      description: 'The command; the image’s own when absent. A text, split as a shell does, up to version 1.19.',
    },
    entrypoint: {
      schema: nullableList(SCALAR),
      rule: 'must be a list of words, without NUL characters',
      since: v('1.40'),
      gate: 'unknown',
      description: 'Replaces the image’s entrypoint.',
    },
    cpu: cpu(limits),
    memory: memory(limits),
    disk: whole('GiB', limits.minimumDiskGib, limits.maximumDiskGib, 'Disk in GiB.'),
    cpu_policy: {
      schema: { enum: ['dedicated', 'shared'] },
      rule: 'must be dedicated or shared',
      description: 'Whether its cores are its own.',
    },
    environment: {
      schema: nullableObject(PROCESS_TEXT, { pattern: '^[^=\\u0000]+$' }),
      rule: 'must be an object of texts, whose keys are not empty and without =, and nothing in it has NUL characters',
      description: 'Environment variables.',
    },
    labels: {
      schema: nullableObject(SCALAR, { minLength: 1, pattern: NO_NUL }),
      rule: 'must be an object of texts, whose keys are not empty, and nothing in it has NUL characters',
      description: 'Labels.',
    },
    hints: {
      schema: nullableObject(SCALAR, { minLength: 1 }),
      rule: 'must be an object of texts, whose keys are not empty',
      description: 'Hints for the scheduler, e.g. `label:disk` = `ssd`.',
    },
    workdir: {
      schema: { ...PROCESS_TEXT, type: ['string', 'null'] },
      rule: 'must be a text without NUL characters',
      description: 'The working directory.',
    },
    image_pull_policy: {
      schema: { enum: ['never', 'always', 'ifnotpresent', 'Never', 'Always', 'IfNotPresent', null] },
      rule: 'must be never, always or ifnotpresent',
      policy: 'container:create:image_pull_policy',
      isGiven: (value) => Boolean(value),
      description: 'When the image is pulled.',
    },
    restart_policy: {
      schema: {
        type: ['object', 'null'],
        required: ['Name'],
        additionalProperties: false,
        properties: {
          Name: { enum: ['no', 'always', 'on-failure', 'unless-stopped'] },
          MaximumRetryCount: {
            anyOf: [
              { type: 'integer', minimum: 0, maximum: MAX_RETRIES },
              { type: 'string', pattern: '^[0-9]+$', numericRange: [0, MAX_RETRIES] },
              { type: 'null' },
            ],
          },
        },
      },
      rule: 'must have a Name (no, always, on-failure, unless-stopped) and may have a MaximumRetryCount (0 to 2147483647)',
      description: 'What the engine does when the process ends.',
    },
    interactive: { ...BOOL, description: 'Keep its input open, so that one can attach.' },
    tty: { ...BOOL, description: 'Give it a terminal.' },
    image_driver: {
      schema: { enum: [...limits.imageDrivers, 'None', null] },
      rule: `must be one of ${limits.imageDrivers.join(', ')}`,
      description: 'Where the image comes from.',
    },
    security_groups: {
      schema: nullableList({ type: 'string', minLength: 1, maxLength: 255 }),
      rule: 'must be a list of names or ids, 1 to 255 characters each',
      description: 'Security groups of its ports.',
    },
    nets: {
      schema: nullableList({
        type: 'object',
        additionalProperties: false,
        properties: {
          network: { type: 'string', minLength: 1, maxLength: 255 },
          port: { type: 'string', minLength: 1, maxLength: 255 },
          'v4-fixed-ip': { type: 'string', format: 'ipv4' },
          'v6-fixed-ip': { type: 'string', format: 'ipv6' },
        },
        oneOf: [{ required: ['network'] }, { required: ['port'] }],
      }),
      rule: 'must be a list of objects with either a network or a port, and optionally v4-fixed-ip or v6-fixed-ip',
      description: 'Networks; one is chosen when none is given.',
    },
    mounts: {
      schema: {
        ...nullableList({
          type: 'object',
          additionalProperties: false,
          properties: {
            type: { enum: ['volume', 'bind'] },
            source: { type: 'string' },
            destination: { type: 'string', minLength: 1 },
            size: {
              anyOf: [
                { type: 'integer', minimum: 1, maximum: MAX_VOLUME_GIB },
                { type: 'string', pattern: '^[0-9]+$', numericRange: [1, MAX_VOLUME_GIB] },
              ],
            },
          },
          required: ['destination'],
          anyOf: [
            { required: ['source'], properties: { source: { type: 'string', minLength: 1 } } },
            { required: ['size'] },
            { required: ['type'], properties: { type: { type: 'string', const: 'bind' } } },
          ],
        }),
        maxItems: MAX_MOUNTS,
      },
      rule:
        `must be a list of at most ${MAX_MOUNTS} objects with a destination, a source or a size (1 to ${MAX_VOLUME_GIB}), ` +
        'and optionally a type (volume or bind)',
      since: v('1.11'),
      gate: 'param',
      isGiven: isNonEmpty,
      description:
        'Volumes and files to mount. type bind: source is the content of a file in Base64. Else a source names a volume of the project, which is ' +
        'made when it is first named and stays when the container goes; a size (GiB) asks for a new one, which goes with the container. ' +
        'The driver of local volumes does not enforce sizes.',
    },
    runtime: {
      schema: { type: ['string', 'null'], maxLength: 255, pattern: NO_NUL },
      rule: 'must be a text of up to 255 characters',
      since: v('1.5'),
      gate: 'param',
      policy: 'container:create:runtime',
      description: 'The OCI runtime.',
    },
    hostname: {
      schema: { type: 'string', minLength: 1, maxLength: 63, pattern: HOST_PATTERN },
      rule: 'must be 1 to 63 letters, digits, dots, dashes and underscores',
      since: v('1.9'),
      gate: 'param',
      description: 'The host name inside.',
    },
    availability_zone: {
      schema: { type: ['string', 'null'], minLength: 1, maxLength: 255 },
      rule: 'must be a text of 1 to 255 characters',
      description: 'The zone of the host.',
    },
    auto_remove: {
      schema: { type: ['boolean', 'null'] },
      rule: 'must be true or false',
      since: v('1.3'),
      gate: 'param',
      description: 'Remove the container when its process ends.',
    },
    auto_heal: AUTO_HEAL,
    privileged: {
      ...BOOL,
      since: v('1.21'),
      gate: 'param',
      policy: 'container:create:privileged',
      description: 'Extended privileges on the host.',
    },
    healthcheck: {
      schema: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: {
          cmd: PROCESS_TEXT,
          interval: PERIOD,
          timeout: PERIOD,
          retries: { type: 'integer', minimum: 0, maximum: 1_000 },
        },
      },
      rule: 'must have a cmd (text), and may have interval and timeout (0, or seconds from 0.001 to 86400) and retries (0 to 1000), nothing else',
      since: v('1.22'),
      gate: 'param',
      isGiven: isNonEmpty,
      description: 'A command that tells whether it is healthy.',
    },
    exposed_ports: {
      schema: { type: ['object', 'null'], additionalProperties: { type: 'object', maxProperties: 0 } },
      rule: 'must be an object with keys such as 80 or 80/tcp and empty objects as values',
      since: v('1.24'),
      gate: 'param',
      description: 'Ports it listens on.',
    },
    registry: {
      schema: { type: 'string', minLength: 2, maxLength: 255, pattern: NAME_PATTERN },
      rule: 'must be the name or uuid of a registry',
      since: v('1.31'),
      gate: 'param',
      isGiven: isNonEmpty,
      description: 'The registry the image is pulled from.',
    },
    host: {
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: HOST_PATTERN },
      rule: 'must be the name of a host',
      since: v('1.39'),
      gate: 'unknown',
      policy: 'container:create:requested_destination',
      description: 'The host to run on.',
    },
  } as const satisfies Record<string, RequestField>;
}
