import { expect, it } from 'vitest';
import { isAllowed, type Action } from './actions.js';

it.each<[Action, string, string | null, boolean]>([
  ['stop', 'Running', null, true],
  ['stop', 'Stopped', null, false],
  ['stop', 'Running', 'container_stopping', false],
  ['delete', 'Running', null, true],
  ['delete', 'Paused', null, false],
  ['rename', 'Error', null, false],
  ['start', 'A status of a later version', null, false],
])('%s is offered for a container that is %s (%s): %s', (action, status, task_state, isOffered) => {
  expect(isAllowed(action, { status, task_state })).toBe(isOffered);
});
