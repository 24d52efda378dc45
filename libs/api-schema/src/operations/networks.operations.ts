import { Microversion } from '@zun/domain';
import { NETWORK_CREATE } from '../fields/network.fields.js';
import type { Operation } from '../operation.js';

const tag = 'networks';
const network = { $ref: '#/components/schemas/Network' };

/** Networks beside the one that every project has. */
export const NETWORK_OPERATIONS = {
  createNetwork: {
    id: 'createNetwork',
    method: 'POST',
    path: '/v1/networks',
    policy: 'network:create',
    body: { fields: NETWORK_CREATE },
    success: { status: 200, schema: network, description: 'The network.' },
    summary: 'Make a network for containers of the project',
    tag,
  },
  deleteNetwork: {
    id: 'deleteNetwork',
    method: 'DELETE',
    path: '/v1/networks/:ident',
    since: Microversion.of('1.27'),
    policy: 'network:delete',
    success: { status: 204, schema: null, description: 'It is gone.' },
    summary: 'Delete a network that no container is on, by its neutron_net_id',
    tag,
  },
} as const satisfies Record<string, Operation>;
