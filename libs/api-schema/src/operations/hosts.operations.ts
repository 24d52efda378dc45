import { Microversion } from '@zun/domain';
import { BOOL } from '../booleans.js';
import { HOST_PATTERN, PAGING } from '../fields/common.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

export const HOST_OPERATIONS = {
  listHosts: {
    id: 'listHosts',
    method: 'GET',
    path: '/v1/hosts',
    since: Microversion.of('1.4'),
    policy: 'host:get_all',
    params: { check: 'unchecked', fields: PAGING },
    success: { status: 200, schema: ref('HostList'), description: 'A page of hosts.' },
    summary: 'List hosts',
    tag: 'hosts',
  },
  showHost: {
    id: 'showHost',
    method: 'GET',
    path: '/v1/hosts/:ident',
    since: Microversion.of('1.4'),
    policy: 'host:get',
    success: { status: 200, schema: ref('Host'), description: 'The host.' },
    summary: 'Show a host',
    tag: 'hosts',
  },
} as const satisfies Record<string, Operation>;

const HOST: RequestField = {
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: HOST_PATTERN },
  rule: 'must be the name of a host',
  description: 'The host; needed.',
};
const BINARY: RequestField = {
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  rule: 'must be a text of 1 to 255 characters',
  description: 'The agent: `zun-compute`; needed.',
};
const REASON: RequestField = {
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  rule: 'must be a text of 1 to 255 characters',
  description: 'Why.',
};

function change(
  id: string,
  action: 'enable' | 'disable' | 'force_down',
  summary: string,
  extra: Record<string, RequestField> = {},
): Operation {
  return {
    id,
    method: 'PUT',
    path: `/v1/services/${action}`,
    policy: `zun-service:${action}`,
    params: { check: 'merged', fields: { host: HOST, binary: BINARY, ...extra } },
    success: { status: 200, schema: ref('ServiceChange'), description: 'The service as it is now.' },
    summary,
    tag: 'services',
  };
}

export const SERVICE_OPERATIONS = {
  listServices: {
    id: 'listServices',
    method: 'GET',
    path: '/v1/services',
    policy: 'zun-service:get_all',
    params: { check: 'unchecked', fields: {} },
    success: { status: 200, schema: ref('ServiceList'), description: 'Every agent.' },
    summary: 'List agents',
    tag: 'services',
  },
  enableService: change('enableService', 'enable', 'Let containers be placed on a host'),
  disableService: change('disableService', 'disable', 'Place no more containers on a host', { disabled_reason: REASON }),
  forceDownService: change('forceDownService', 'force_down', 'Treat a host as down', {
    forced_down: { ...BOOL, description: 'Whether it is to be treated as down; needed.' },
  }),
  deleteService: {
    id: 'deleteService',
    method: 'DELETE',
    path: '/v1/services',
    policy: 'zun-service:delete',
    params: { check: 'merged', fields: { host: HOST, binary: BINARY } },
    success: { status: 200, schema: { type: 'null' }, description: 'Forgotten, until it starts again.' },
    summary: 'Forget an agent',
    tag: 'services',
  },
} as const satisfies Record<string, Operation>;
