import { actOn, type ContainerVerb } from '../api/containers.js';
import type { Container } from '../api/types.js';
import { refresh } from './live.js';
import { attempt } from './toasts.js';

/** The statuses in which the API takes an action. Source: its state machine. */
const ALLOWED: Readonly<Record<ContainerVerb | 'delete' | 'rename', readonly string[]>> = {
  start: ['Created', 'Stopped', 'Error'],
  stop: ['Running'],
  reboot: ['Created', 'Running', 'Stopped', 'Error'],
  pause: ['Running'],
  unpause: ['Paused'],
  kill: ['Running'],
  delete: ['Created', 'Running', 'Stopped', 'Error', 'Deleted', 'Dead'],
  rename: ['Created', 'Running', 'Stopped', 'Paused'],
};

export type Action = keyof typeof ALLOWED;

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

/** Whether the API would take it now: one thing is done at a time. */
export const isAllowed = (action: Action, { status, task_state }: Pick<Container, 'status' | 'task_state'>): boolean =>
  task_state === null && ALLOWED[action].includes(status);

/** Asks for an action and says what is wrong when it is refused; that it happens is seen in the status. */
export async function act({ uuid }: Container, verb: ContainerVerb): Promise<void> {
  await attempt(async () => {
    await actOn(uuid, verb);
    await refresh(uuid);
  });
}
