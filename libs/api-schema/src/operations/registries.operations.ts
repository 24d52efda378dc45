import { ANY_TEXT } from '../booleans.js';
import { ALL_PROJECTS, PAGING } from '../fields/common.js';
import { REGISTRY_CREATE, REGISTRY_FILTERS, REGISTRY_UPDATE } from '../fields/registry.fields.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';

const tag = 'registries';
const ITEM = '/v1/registries/:ident';
const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const text = (description: string): RequestField => ({ ...ANY_TEXT, description });
const filters = Object.fromEntries(REGISTRY_FILTERS.map((name) => [name, text(`Only registries with this ${name}.`)]));

/** Registries that tenants pull images from. */
export const REGISTRY_OPERATIONS = {
  listRegistries: {
    id: 'listRegistries',
    method: 'GET',
    path: '/v1/registries',
    policy: 'registry:get_all',
    params: {
      check: 'unchecked',
      fields: {
        ...PAGING,
        all_projects: ALL_PROJECTS,
        ...filters,
        resource_url: text('Ignored; old clients send it.'),
        expand: text('Ignored; old clients send it.'),
      },
    },
    success: { status: 200, schema: ref('RegistryList'), description: 'A page of registries.' },
    summary: 'List registries',
    tag,
  },
  createRegistry: {
    id: 'createRegistry',
    method: 'POST',
    path: '/v1/registries',
    policy: 'registry:create',
    body: { fields: { registry: REGISTRY_CREATE } },
    success: { status: 201, schema: ref('RegistryEnvelope'), description: 'The registry.', uuidAt: '/registry/uuid' },
    summary: 'Make a registry known',
    tag,
  },
  showRegistry: {
    id: 'showRegistry',
    method: 'GET',
    path: ITEM,
    policy: 'registry:get_one',
    target: 'registry',
    success: { status: 200, schema: ref('RegistryEnvelope'), description: 'The registry.' },
    summary: 'Show a registry',
    tag,
  },
  updateRegistry: {
    id: 'updateRegistry',
    method: 'PATCH',
    path: ITEM,
    policy: 'registry:update',
    target: 'registry',
    params: { check: 'merged', fields: { registry: REGISTRY_UPDATE } },
    success: { status: 200, schema: ref('RegistryEnvelope'), description: 'The registry as it is now.' },
    summary: 'Change a registry',
    tag,
  },
  deleteRegistry: {
    id: 'deleteRegistry',
    method: 'DELETE',
    path: ITEM,
    policy: 'registry:delete',
    target: 'registry',
    success: { status: 204, schema: null, description: 'It is gone.' },
    summary: 'Forget a registry that no container uses',
    tag,
  },
} as const satisfies Record<string, Operation>;
