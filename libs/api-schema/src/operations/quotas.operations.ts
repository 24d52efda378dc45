import { ANY_TEXT } from '../booleans.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** What a column of Zun's holds. */
const MOST = 2_147_483_647;

const limit = (description: string): RequestField => ({
  schema: {
    anyOf: [
      { type: 'integer', minimum: -1, maximum: MOST },
      { type: 'string', pattern: '^-?[0-9]+$', numericRange: [-1, MOST] },
    ],
  },
  rule: `must be a whole number from -1 (no limit) to ${MOST}`,
  description,
});

const LIMITS = {
  containers: limit('Containers.'),
  memory: limit('MiB of memory.'),
  cpu: limit('Cores.'),
  disk: limit('GiB of disk.'),
};

const PROJECT = '/v1/quotas/:project';
const CLASS = '/v1/quota_classes/:class';
const LIMIT_MAP: Operation['success'] = { status: 200, schema: ref('Quota'), description: 'All limits in force.' };

/** What projects may have. */
export const QUOTA_OPERATIONS = {
  showQuota: {
    id: 'showQuota',
    method: 'GET',
    path: PROJECT,
    policy: 'quota:get',
    target: 'project',
    params: {
      check: 'unchecked',
      fields: {
        usages: { ...ANY_TEXT, description: 'With any text that is not empty, what is used is shown, too.' },
      },
    },
    success: {
      status: 200,
      schema: { anyOf: [ref('Quota'), ref('QuotaUsages')] },
      description: 'All limits in force, with what is used if asked for.',
    },
    summary: 'Show the limits of a project',
    tag: 'quotas',
  },
  showDefaultQuota: {
    id: 'showDefaultQuota',
    method: 'GET',
    path: `${PROJECT}/defaults`,
    policy: 'quota:get_default',
    target: 'project',
    success: LIMIT_MAP,
    summary: 'Show the limits of projects that have none of their own',
    tag: 'quotas',
  },
  updateQuota: {
    id: 'updateQuota',
    method: 'PUT',
    path: PROJECT,
    policy: 'quota:update',
    target: 'project',
    params: { check: 'merged', fields: LIMITS },
    success: LIMIT_MAP,
    summary: 'Set limits of a project',
    tag: 'quotas',
  },
  deleteQuota: {
    id: 'deleteQuota',
    method: 'DELETE',
    path: PROJECT,
    policy: 'quota:delete',
    target: 'project',
    success: { status: 200, schema: { type: 'null' }, description: 'It has the limits of all projects.' },
    summary: 'Take the limits of its own from a project',
    tag: 'quotas',
  },
  showQuotaClass: {
    id: 'showQuotaClass',
    method: 'GET',
    path: CLASS,
    policy: 'quota_class:get',
    success: LIMIT_MAP,
    summary: 'Show the limits of a class of projects',
    tag: 'quotas',
  },
  updateQuotaClass: {
    id: 'updateQuotaClass',
    method: 'PUT',
    path: CLASS,
    policy: 'quota_class:update',
    params: { check: 'merged', fields: LIMITS },
    success: LIMIT_MAP,
    summary: 'Set limits of a class of projects; of the class `default` for all',
    tag: 'quotas',
  },
} as const satisfies Record<string, Operation>;
