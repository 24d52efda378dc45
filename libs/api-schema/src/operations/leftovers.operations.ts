import type { Operation } from '../operation.js';

const tag = 'leftovers';

/** What deleted projects have left behind. Not of Zun: ours. */
export const LEFTOVER_OPERATIONS = {
  listLeftovers: {
    id: 'listLeftovers',
    method: 'GET',
    path: '/v1/leftovers',
    policy: 'leftover:get_all',
    params: { check: 'unchecked', fields: {} },
    success: {
      status: 200,
      schema: { $ref: '#/components/schemas/LeftoverList' },
      description: 'Every project that something is left of and that the identity service does not know.',
    },
    summary: 'List what deleted projects have left behind (not in Zun)',
    tag,
  },
  purgeLeftovers: {
    id: 'purgeLeftovers',
    method: 'DELETE',
    path: '/v1/leftovers/:project',
    policy: 'leftover:purge',
    success: {
      status: 202,
      schema: { $ref: '#/components/schemas/Leftover' },
      description:
        'What is left now; it is deleted in the background. Asked again, what failed meanwhile is tried again at once.',
    },
    summary: 'Delete all that a deleted project has left behind (not in Zun)',
    tag,
  },
} as const satisfies Record<string, Operation>;
