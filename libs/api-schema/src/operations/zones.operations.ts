import { PAGING } from '../fields/common.js';
import type { Operation } from '../operation.js';

/** Where containers may be placed. */
export const ZONE_OPERATIONS = {
  listAvailabilityZones: {
    id: 'listAvailabilityZones',
    method: 'GET',
    path: '/v1/availability_zones',
    policy: 'availability_zones:get_all',
    params: { check: 'unchecked', fields: PAGING },
    success: {
      status: 200,
      schema: { $ref: '#/components/schemas/AvailabilityZoneList' },
      description: 'The zones of all agents, each once.',
    },
    summary: 'List availability zones',
    tag: 'availability_zones',
  },
} as const satisfies Record<string, Operation>;
