import { Microversion } from '@zun/domain';
import { FIXED_IP, NETWORK_IDENT, PORT_IDENT } from '../fields/network.fields.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';
import { ACCEPTED, ITEM, ok, ref, tag } from './container-operation.js';

function securityGroupAction(id: string, verb: 'add' | 'remove', summary: string): Operation {
  return {
    id,
    method: 'POST',
    path: `${ITEM}/${verb}_security_group`,
    until: Microversion.of('1.14'),
    policy: `container:${verb}_security_group`,
    target: 'container',
    params: { check: 'merged', fields: { name: SECURITY_GROUP } },
    success: ACCEPTED,
    summary,
    tag,
  };
}

const SECURITY_GROUP: RequestField = {
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  rule: 'must be the name or id of a security group, 1 to 255 characters',
  required: true,
  description: 'The security group. A network driver that has none refuses every one.',
};

/** Networks and security groups of a container. */
export const CONTAINER_NETWORKS = {
  attachContainerNetwork: {
    id: 'attachContainerNetwork',
    method: 'POST',
    path: `${ITEM}/network_attach`,
    since: Microversion.of('1.8'),
    policy: 'container:network_attach',
    target: 'container',
    params: {
      check: 'merged',
      fields: { network: NETWORK_IDENT, port: PORT_IDENT, fixed_ip: FIXED_IP },
      rules: [{ exclusive: ['network', 'port'] }],
    },
    success: ok({ type: 'null' }, 'Accepted; it happens in the background. Without a network, the project’s own is meant.'),
    summary: 'Put a container on one more network',
    tag,
  },
  detachContainerNetwork: {
    id: 'detachContainerNetwork',
    method: 'POST',
    path: `${ITEM}/network_detach`,
    since: Microversion.of('1.6'),
    policy: 'container:network_detach',
    target: 'container',
    params: {
      check: 'merged',
      fields: { network: NETWORK_IDENT, port: PORT_IDENT },
      rules: [{ exclusive: ['network', 'port'], required: true }],
    },
    success: ACCEPTED,
    summary: 'Take a container off a network',
    tag,
  },
  listContainerNetworks: {
    id: 'listContainerNetworks',
    method: 'GET',
    path: `${ITEM}/network_list`,
    since: Microversion.of('1.13'),
    policy: null,
    target: 'container',
    success: ok(ref('NetworkList'), 'The networks it has addresses on; up to version 1.17 one entry for each address.'),
    summary: 'List a container’s networks',
    tag,
  },
  addSecurityGroup: securityGroupAction('addSecurityGroup', 'add', 'Add a security group to a container'),
  removeSecurityGroup: securityGroupAction('removeSecurityGroup', 'remove', 'Remove a security group from a container'),
} as const satisfies Record<string, Operation>;
