import type { JsonSchema, ResponseField } from '../field.js';
import { CONTAINER_FIELDS } from '../fields/container-response.fields.js';
import { IMAGE_FIELDS } from '../fields/image.fields.js';
import { REGISTRY_FIELDS } from '../fields/registry.fields.js';

const text = { type: 'string' };
const nullableText = { type: ['string', 'null'] };
const count = { type: 'integer' };
const number = { type: 'number' };
const flag = { type: 'boolean' };

/** An object that has all of these and nothing else. */
function closed(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const listOf = (name: string, key: string): JsonSchema =>
  closed({ [key]: { type: 'array', items: { $ref: `#/components/schemas/${name}` } }, next: nullableText });

const LINKS: JsonSchema = { type: 'array', items: closed({ href: text, rel: text }) };

/** Any field may be hidden by an operator's policy; identity and state never are. */
function container(): JsonSchema {
  const fields = Object.entries<ResponseField>(CONTAINER_FIELDS);
  const properties = Object.fromEntries(fields.map(([name, { schema, description }]) => [name, { ...schema, description }]));
  return {
    type: 'object',
    properties: { links: LINKS, ...properties },
    required: ['uuid', 'status'],
    additionalProperties: false,
  };
}

/** Schemas of fields, each with its description. */
function described(fields: Readonly<Record<string, { schema: JsonSchema; description: string }>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(fields).map(([name, { schema, description }]) => [name, { ...schema, description }]));
}

/** Any field may be hidden by an operator's policy. */
function registry(): JsonSchema {
  return { type: 'object', properties: { links: LINKS, ...described(REGISTRY_FIELDS) }, additionalProperties: false };
}

/** A map of what a quota counts. */
const quotaOf = (schema: JsonSchema): JsonSchema => closed({ containers: schema, memory: schema, cpu: schema, disk: schema });

const ACTION = {
  action: text,
  container_uuid: text,
  request_id: text,
  user_id: text,
  project_id: text,
  start_time: nullableText,
  finish_time: nullableText,
  message: nullableText,
};

const SERVICE = {
  id: count,
  host: text,
  binary: text,
  state: { enum: ['up', 'down'] },
  disabled: flag,
  disabled_reason: nullableText,
  forced_down: flag,
  last_seen_up: nullableText,
  report_count: count,
  availability_zone: nullableText,
  created_at: nullableText,
  updated_at: nullableText,
};

/** Counts of what a project has, by kind. */
const LEFTOVER = {
  project_id: text,
  containers: count,
  registries: count,
  images: count,
  networks: count,
  volumes: count,
  quotas: { ...count, description: '1: it has limits of its own.' },
  usages: { ...count, description: '1: there is a record of what it uses.' },
  purge_requested_at: { ...nullableText, description: 'When its purge was asked for; null: it was not.' },
};

/** What operations answer, by the name they refer to it by. */
export const COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Error: closed({
    errors: {
      type: 'array',
      items: closed(
        {
          request_id: text,
          code: text,
          status: count,
          title: text,
          detail: text,
          links: { type: 'array' },
          min_version: text,
          max_version: text,
        },
        ['min_version', 'max_version'],
      ),
    },
  }),
  Unauthorized: closed({ error: closed({ code: count, title: text, message: text }) }),
  Container: container(),
  ContainerList: listOf('Container', 'containers'),
  ContainerAction: closed({
    ...ACTION,
    events: {
      type: 'array',
      items: closed({
        event: text,
        start_time: nullableText,
        finish_time: nullableText,
        result: nullableText,
        traceback: nullableText,
      }),
    },
  }),
  ContainerActionList: closed({ containerActions: { type: 'array', items: closed(ACTION) } }),
  NetworkList: closed({
    networks: {
      type: 'array',
      items: {
        anyOf: [
          closed({
            net_id: { type: 'string' },
            port_id: { type: 'string' },
            fixed_ips: {
              type: 'array',
              items: closed({
                subnet_id: { type: ['string', 'null'] },
                version: { enum: [4, 6] },
                ip_address: { type: 'string' },
              }),
            },
          }),
          closed({
            net_id: { type: 'string' },
            subnet_id: { type: ['string', 'null'] },
            port_id: { type: 'string' },
            version: { enum: [4, 6] },
            ip_address: { type: 'string' },
          }),
        ],
      },
    },
  }),
  Archive: closed({
    data: { type: 'string', description: 'The tar archive: Base64, up to version 1.24 its text.' },
    stat: closed({
      name: { type: 'string' },
      size: { type: 'integer' },
      mode: { type: 'integer' },
      mtime: { type: 'string' },
      linkTarget: { type: 'string' },
    }),
  }),
  Committed: closed({ uuid: { type: 'string', format: 'uuid' } }),
  ExecuteResult: closed({
    output: nullableText,
    exit_code: { type: ['integer', 'null'] },
    exec_id: nullableText,
    proxy_url: nullableText,
  }),
  Top: closed({
    Titles: { type: 'array', items: text },
    Processes: { type: 'array', items: { type: 'array', items: text } },
  }),
  Stats: closed({
    CONTAINER: text,
    'CPU %': number,
    'MEM USAGE(MiB)': number,
    'MEM LIMIT(MiB)': number,
    'MEM %': number,
    'BLOCK I/O(B)': text,
    'NET I/O(B)': text,
  }),
  Host: closed({
    uuid: text,
    links: LINKS,
    hostname: text,
    mem_total: count,
    mem_used: count,
    cpus: count,
    cpu_used: number,
    disk_total: count,
    disk_used: count,
    disk_quota_supported: flag,
    total_containers: count,
    architecture: text,
    os_type: text,
    os: text,
    kernel_version: text,
    labels: { type: 'object', additionalProperties: text },
    runtimes: { type: 'array', items: text },
    enable_cpu_pinning: flag,
  }),
  HostList: listOf('Host', 'hosts'),
  ServiceList: closed({ services: { type: 'array', items: closed(SERVICE) } }),
  ServiceChange: closed({
    service: closed({ host: text, binary: text, disabled: flag, disabled_reason: nullableText, forced_down: flag }, [
      'disabled',
      'disabled_reason',
      'forced_down',
    ]),
  }),
  Quota: quotaOf(count),
  QuotaUsages: quotaOf(closed({ limit: count, in_use: number })),
  Network: closed({
    uuid: text,
    name: nullableText,
    project_id: text,
    user_id: text,
    network_id: { type: 'string', description: 'The same as neutron_net_id: each host has a network of its own for it.' },
    neutron_net_id: text,
  }),
  Image: closed({ links: LINKS, ...described(IMAGE_FIELDS) }),
  ImageList: listOf('Image', 'images'),
  GlanceImage: {
    type: 'object',
    description: 'An image as Glance shows it.',
    properties: { id: text, name: nullableText, status: text },
    required: ['id', 'name', 'status'],
  },
  FoundImages: {
    type: 'array',
    items: {
      anyOf: [
        closed({
          name: text,
          description: text,
          is_automated: flag,
          metadata: closed({ is_official: flag, star_count: count }),
        }),
        { $ref: '#/components/schemas/GlanceImage' },
      ],
    },
  },
  Leftover: closed(LEFTOVER),
  LeftoverList: closed({ leftovers: { type: 'array', items: { $ref: '#/components/schemas/Leftover' } } }),
  Registry: registry(),
  RegistryEnvelope: closed({ registry: { $ref: '#/components/schemas/Registry' } }),
  RegistryList: listOf('Registry', 'registries'),
  AvailabilityZoneList: closed({
    availability_zones: { type: 'array', items: closed({ availability_zone: nullableText }) },
    next: nullableText,
  }),
};
