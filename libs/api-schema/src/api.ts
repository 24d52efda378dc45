import type { ContainerLimits } from './fields/container-request.fields.js';
import type { Operation } from './operation.js';
import { containerOperations } from './operations/containers.operations.js';
import { EVENT_OPERATIONS } from './operations/events.operations.js';
import { HOST_OPERATIONS, SERVICE_OPERATIONS } from './operations/hosts.operations.js';
import { NETWORK_OPERATIONS } from './operations/networks.operations.js';
import { imageOperations } from './operations/images.operations.js';
import { LEFTOVER_OPERATIONS } from './operations/leftovers.operations.js';
import { QUOTA_OPERATIONS } from './operations/quotas.operations.js';
import { REGISTRY_OPERATIONS } from './operations/registries.operations.js';
import { ZONE_OPERATIONS } from './operations/zones.operations.js';

/** Every endpoint of the API, by id. */
export function apiOperations(limits: ContainerLimits) {
  return {
    ...containerOperations(limits),
    ...EVENT_OPERATIONS,
    ...HOST_OPERATIONS,
    ...SERVICE_OPERATIONS,
    ...NETWORK_OPERATIONS,
    ...imageOperations(limits),
    ...QUOTA_OPERATIONS,
    ...REGISTRY_OPERATIONS,
    ...ZONE_OPERATIONS,
    ...LEFTOVER_OPERATIONS,
  } satisfies Record<string, Operation>;
}

export type OperationId = keyof ReturnType<typeof apiOperations>;
