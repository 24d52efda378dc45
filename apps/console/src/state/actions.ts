import { isActionAllowed, type ContainerStatus } from '@zun/domain';
import { actOn, type ContainerVerb } from '../api/containers.js';
import type { Container } from '../api/types.js';
import { refresh } from './live.js';
import { attempt } from './toasts.js';

export type Action = ContainerVerb | 'rename' | 'delete';

export const ACTION_LABELS: Readonly<Record<Action, string>> = {
  start: 'Start',
  stop: 'Stop',
  reboot: 'Restart',
  pause: 'Pause',
  unpause: 'Unpause',
  kill: 'Kill',
  rename: 'Rename',
  delete: 'Delete',
};

/** Whether the API would take it now: one thing is done at a time. A container that runs is stopped before it is deleted. */
export function isAllowed(action: Action, { status, task_state }: Pick<Container, 'status' | 'task_state'>): boolean {
  if (task_state !== null) return false;
  const request = action === 'delete' ? 'delete_stop' : action === 'rename' ? 'update' : action;
  return isActionAllowed(request, status as ContainerStatus);
}

/** Asks for an action and says what is wrong when it is refused; that it happens is seen in the status. */
export async function act({ uuid }: Container, verb: ContainerVerb): Promise<void> {
  await attempt(async () => {
    await actOn(uuid, verb);
    await refresh(uuid);
  });
}
