import type { Operation } from '../operation.js';
import { ITEM, ok, ref, tag } from './container-operation.js';

/** What was done to a container. */
export const CONTAINER_ACTIONS = {
  listContainerActions: {
    id: 'listContainerActions',
    method: 'GET',
    path: `${ITEM}/container_actions`,
    policy: 'container:actions',
    target: 'container',
    success: ok(ref('ContainerActionList'), 'Its actions, newest first.'),
    summary: 'List what was done to a container',
    tag,
  },
  showContainerAction: {
    id: 'showContainerAction',
    method: 'GET',
    path: `${ITEM}/container_actions/:request_id`,
    policy: 'container:actions',
    target: 'container',
    success: ok(ref('ContainerAction'), 'The action with its events.'),
    summary: 'Show one action of a container',
    tag,
  },
} as const satisfies Record<string, Operation>;
