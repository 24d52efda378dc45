import type { ResponseFields } from '../field.js';

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };
const flag = { type: 'boolean' };
const list = { type: ['array', 'null'], items: { type: 'string' } };
const map = { type: ['object', 'null'] };

/**
 * A container as every read shows it, each field from its microversion on; none: at every one. A field is hidden from whom the policy `container:get_one:<field>` refuses;
 * a field without such a rule is visible. Needs no `links`: lists leave them out.
 */
export const CONTAINER_FIELDS = {
  uuid: { column: 'uuid', kind: 'text', schema: { type: 'string', format: 'uuid' }, description: 'Its identity.' },
  name: { column: 'name', kind: 'text', schema: text, description: 'Its name, not unique.' },
  project_id: { column: 'project_id', kind: 'text', schema: text, description: 'The project it belongs to.' },
  user_id: { column: 'user_id', kind: 'text', schema: text, description: 'Who made it.' },
  image: { column: 'image', kind: 'text', schema: text, description: 'Its image.' },
  command: { column: 'command', kind: 'json-list', schema: list, nullUntilCreated: true, description: 'What it runs.' },
  entrypoint: { column: 'entrypoint', kind: 'json-list', schema: list, nullUntilCreated: true, description: 'Its entrypoint.' },
  status: { column: 'status', kind: 'text', schema: text, description: 'Its state.' },
  status_reason: { column: 'status_reason', kind: 'text', schema: nullableText, description: 'Why it is in that state.' },
  status_detail: {
    column: 'status_detail',
    kind: 'text',
    schema: nullableText,
    description: 'More of the state, e.g. `Up 3 mins`.',
  },
  task_state: { column: 'task_state', kind: 'text', schema: nullableText, description: 'What is being done to it.' },
  cpu: { column: 'cpu', kind: 'number', schema: { type: 'number' }, description: 'Cores.' },
  cpu_policy: { column: 'cpu_policy', kind: 'text', schema: text, description: 'Shared or dedicated cores.' },
  memory: { column: 'memory_mib', kind: 'numeric-text', schema: text, description: 'MiB, as text.' },
  disk: { column: 'disk_gib', kind: 'number', schema: { type: 'integer' }, description: 'GiB.' },
  environment: { column: 'environment', kind: 'json-object', schema: map, nullUntilCreated: true, description: 'Environment.' },
  labels: { column: 'labels', kind: 'json-object', schema: map, nullUntilCreated: true, description: 'Labels.' },
  workdir: { column: 'workdir', kind: 'text', schema: nullableText, description: 'Working directory.' },
  hostname: { column: 'hostname', kind: 'text', schema: nullableText, description: 'Host name inside.' },
  ports: {
    column: 'ports',
    kind: 'json-list',
    schema: { type: ['array', 'null'], items: { type: 'integer' } },
    nullUntilCreated: true,
    description: 'Exposed ports.',
  },
  addresses: {
    column: 'addresses',
    kind: 'json-object',
    schema: map,
    nullUntilCreated: true,
    description: 'Addresses by network.',
  },
  restart_policy: {
    column: 'restart_policy',
    kind: 'json-object',
    schema: map,
    nullUntilCreated: true,
    description: 'What happens when its process ends.',
  },
  interactive: { column: 'interactive', kind: 'flag', schema: flag, description: 'Its input is open.' },
  tty: { column: 'tty', kind: 'flag', schema: flag, description: 'It has a terminal.' },
  auto_remove: { column: 'auto_remove', kind: 'flag', schema: flag, description: 'It is removed when it ends.' },
  auto_heal: { column: 'auto_heal', kind: 'flag', schema: flag, description: 'It is made again when it vanishes.' },
  image_driver: { column: 'image_driver', kind: 'text', schema: nullableText, description: 'Where the image comes from.' },
  security_groups: {
    column: 'security_groups',
    kind: 'json-list',
    schema: list,
    nullUntilCreated: true,
    description: 'Its security groups.',
  },
  healthcheck: {
    column: 'healthcheck',
    kind: 'json-object',
    schema: map,
    nullUntilCreated: true,
    description: 'Its health check.',
  },
  registry_id: { column: 'registry_id', kind: 'text', schema: nullableText, description: 'The registry of its image.' },
  host: { column: 'host', kind: 'text', schema: nullableText, description: 'Its host (administrators).' },
  image_pull_policy: {
    column: 'image_pull_policy',
    kind: 'text',
    schema: nullableText,
    description: 'When its image is pulled (administrators).',
  },
  privileged: { column: 'privileged', kind: 'flag', schema: flag, description: 'Extended privileges (administrators).' },
  runtime: { column: 'runtime', kind: 'text', schema: nullableText, description: 'Its OCI runtime (administrators).' },
  created_at: { column: 'created_at', kind: 'time', schema: nullableText, description: 'UTC.' },
  updated_at: { column: 'updated_at', kind: 'time', schema: nullableText, description: 'UTC.' },
} as const satisfies ResponseFields;

/** Fields by which a list may be filtered: exact matches of what is stored. */
export const CONTAINER_FILTERS = [
  'name',
  'image',
  'project_id',
  'user_id',
  'memory',
  'host',
  'task_state',
  'status',
  'auto_remove',
] as const satisfies readonly (keyof typeof CONTAINER_FIELDS)[];
