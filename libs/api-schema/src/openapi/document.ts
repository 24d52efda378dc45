import { MAX_VERSION, MIN_VERSION } from '@zun/domain';
import { apiOperations } from '../api.js';
import type { JsonSchema, RequestField, RequestFields } from '../field.js';
import type { ContainerLimits } from '../fields/container-request.fields.js';
import type { Operation } from '../operation.js';
import { COMPONENTS } from './components.js';

/** An OpenAPI 3.1 document; plain data. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema): JsonSchema => ({ 'application/json': { schema } });

/** All minor versions are of one major. */
function allVersions(): string[] {
  const count = MAX_VERSION.minor - MIN_VERSION.minor + 1;
  return Array.from({ length: count }, (_, index) => `container ${MIN_VERSION.major}.${MIN_VERSION.minor + index}`);
}

const VERSION_HEADER = {
  name: 'OpenStack-API-Version',
  in: 'header',
  description: `\`container X.Y\` from ${MIN_VERSION.toString()} to ${MAX_VERSION.toString()}, or \`container latest\`. Without it, ${MIN_VERSION.toString()}.`,
  schema: { enum: [...allVersions(), 'container latest'], default: `container ${MAX_VERSION.toString()}` },
};

/** Keywords that only our validator knows; the rule in words says what they mean. */
function plainSchema(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).filter(([keyword]) => keyword !== 'numericRange');
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' && value !== null ? plainSchema(value as JsonSchema) : value;
}

function describe({ description, rule, since, policy }: RequestField): string {
  const notes = [
    description,
    `It ${rule}.`,
    ...(since ? [`Since ${since.toString()}.`] : []),
    ...(policy ? [`Needs the policy \`${policy}\`.`] : []),
  ];
  return notes.join(' ');
}

function bodySchema(fields: RequestFields): JsonSchema {
  const properties = Object.entries(fields).map(([name, field]) => [
    name,
    { ...plainSchema(field.schema), description: describe(field) },
  ]);
  const required = Object.keys(fields).filter((name) => fields[name]!.required);
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as object,
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
  };
}

function queryParameters(fields: RequestFields): JsonSchema[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    in: 'query',
    required: field.required ?? false,
    description: describe(field),
    schema: plainSchema(field.schema),
  }));
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: name === 'ident' ? 'A uuid, or a name.' : '',
    schema: { type: 'string', minLength: 1 },
  }));
}

/** A PATCH or PUT with merged parameters is documented with a body, everything else with a query: what clients send. */
function requestOf(operation: Operation): { parameters: JsonSchema[]; requestBody?: JsonSchema } {
  const { params, upload, body = upload } = operation;
  const inBody = body?.fields ?? (operation.method === 'PATCH' ? params?.fields : undefined);
  const inQuery = params && inBody !== params.fields ? queryParameters(params.fields) : [];
  const parameters = [...pathParameters(operation.path), VERSION_HEADER, ...inQuery];
  return inBody
    ? { parameters, requestBody: { required: body !== undefined, content: json(bodySchema(inBody)) } }
    : { parameters };
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'A parameter is not valid: the detail names it and the rule.',
  403: 'Not allowed, or over quota.',
  404: 'There is no such thing, or it is not yours.',
  406: 'The version, or the method at this version, does not exist.',
  409: 'Not in this state; or the name is ambiguous.',
  413: 'The body is too large.',
  415: 'The body must be JSON.',
  429: 'Too many requests, or streams open, at a time.',
  500: 'A fault of the service; the detail says where the log has it.',
  503: 'A part of the service is away. Please retry.',
};

/** What a collection's POST makes can be used as the `ident` of everything below it. */
function linksOf({ method, path, id, success }: Operation, all: readonly Operation[]): JsonSchema {
  if (method !== 'POST' || path.includes(':')) return {};
  const items = all.filter((other) => other.path.startsWith(`${path}/:ident`) && !other.path.includes(':request_id'));
  const links = items.map((item) => [
    `${id}-${item.id}`,
    { operationId: item.id, parameters: { ident: `$response.body#${success.uuidAt ?? '/uuid'}` } },
  ]);
  return links.length > 0 ? { links: Object.fromEntries(links) as object } : {};
}

function responsesOf(operation: Operation, all: readonly Operation[]): JsonSchema {
  const { success, stream } = operation;
  const streamed: JsonSchema = stream ? { [stream.type]: { schema: { type: 'string' } } } : {};
  const errors = Object.entries({ ...ERRORS, ...operation.failures }).map(([status, description]) => [status, { description, content: json(ref('Error')) }]);
  return {
    [success.status]: {
      description: [success.description, ...(stream ? [stream.description] : [])].join(' '),
      ...(success.schema || stream ? { content: { ...(success.schema ? json(success.schema) : {}), ...streamed } } : {}),
      ...linksOf(operation, all),
    },
    401: { description: 'The token is missing or not valid.', content: json(ref('Unauthorized')) },
    ...(Object.fromEntries(errors) as object),
  };
}

function versionsOf({ since, until }: Operation): JsonSchema {
  return {
    ...(since ? { 'x-openstack-min-version': since.toString() } : {}),
    ...(until ? { 'x-openstack-max-version': until.toString() } : {}),
  };
}

function pathsOf(operations: readonly Operation[]): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[operation.method.toLowerCase()] = {
      operationId: operation.id,
      summary: operation.summary,
      tags: [operation.tag],
      ...(operation.policy === null ? {} : { 'x-openstack-policy': operation.policy }),
      ...versionsOf(operation),
      ...requestOf(operation),
      responses: responsesOf(operation, operations),
    };
  }
  return paths;
}

/**
 * The OpenAPI document of the API at its newest microversion, made from the same table that requests are held to.
 * @param limits the operator's ranges, which are part of the schemas
 */
export function openApiDocument(limits: ContainerLimits): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'OpenStack Container Service (Zun)',
      version: MAX_VERSION.toString(),
      description:
        'Runs containers for the tenants of an OpenStack cloud. Get a token from Keystone, and send it as `X-Auth-Token`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(Object.values<Operation>(apiOperations(limits)).map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(Object.values<Operation>(apiOperations(limits))),
    components: {
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
      schemas: COMPONENTS,
    },
  };
}
