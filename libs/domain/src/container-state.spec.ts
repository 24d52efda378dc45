import { describe, expect, it } from 'vitest';
import {
  actionRule,
  allowedStatuses,
  CONTAINER_STATUSES,
  isActionAllowed,
  isObservable,
  LOGGED_ACTIONS,
  stateFromObservation,
  stateFromOutcome,
  TASK_STATES,
  type ContainerStatus,
} from './container-state.js';

/** Zun's matrix: a letter for each status in which an action is accepted. */
const LETTERS: Record<string, ContainerStatus> = {
  c: 'Creating',
  C: 'Created',
  R: 'Running',
  S: 'Stopped',
  P: 'Paused',
  E: 'Error',
  U: 'Unknown',
  d: 'Deleted',
  x: 'Dead',
  t: 'Restarting',
  b: 'Rebuilding',
  D: 'Deleting',
};
const MATRIX = {
  start: 'CSE',
  stop: 'R',
  reboot: 'CRSE',
  pause: 'R',
  unpause: 'P',
  kill: 'R',
  delete: 'CSEdx',
  delete_stop: 'CRSEdx',
  delete_force: 'cCRSEUdxtbD',
  rebuild: 'CRSE',
  network_attach: 'cCRSPEUdxtbD',
  network_detach: 'cCRSPEUdxtbD',
  logs: 'CRSPEU',
  attach: 'R',
  execute: 'R',
  execute_resize: 'R',
  resize: 'R',
  top: 'R',
  stats: 'R',
  update: 'CRSP',
  resize_container: 'CRSP',
  rename: 'cCRSPEUdxtbD',
  get_archive: 'CRSP',
  put_archive: 'CRSP',
  network_list: 'cCRSPEUdxtbD',
  add_security_group: 'CRSP',
  remove_security_group: 'CRSP',
} as const;
const ACTIONS = Object.keys(MATRIX) as (keyof typeof MATRIX)[];

describe.each(ACTIONS)('%s', (action) => {
  it.each(Object.entries(LETTERS))('in %s (%s)', (letter, status) => {
    expect(isActionAllowed(action, status)).toBe(MATRIX[action].includes(letter));
  });
});

it('knows every status by a letter', () => {
  expect(Object.values(LETTERS).sort()).toEqual([...CONTAINER_STATUSES].sort());
});

it('leads nowhere that is not a status or task', () => {
  for (const action of LOGGED_ACTIONS) {
    const { acceptedStatus, task } = actionRule(action);
    if (acceptedStatus) expect(CONTAINER_STATUSES).toContain(acceptedStatus);
    if (task) expect(TASK_STATES).toContain(task);
  }
  expect(allowedStatuses('delete_force')).not.toContain('Paused');
});

describe('an observation', () => {
  it.each<[ContainerStatus, string | null, boolean]>([
    ['Running', null, true],
    ['Error', null, true],
    ['Unknown', null, true],
    ['Running', 'container_stopping', false],
    ['Creating', null, false],
    ['Deleting', null, false],
    ['Deleted', null, false],
  ])('of a container in %s with task %s counts: %s', (status, task, counts) => {
    expect(isObservable(status, task as (typeof TASK_STATES)[number] | null)).toBe(counts);
  });

  const missing = { status: 'missing', statusDetail: null, statusReason: null } as const;
  it('of nothing is Deleted for one that removes itself, else an error with a reason', () => {
    expect(stateFromObservation(missing, { autoRemove: true }).status).toBe('Deleted');
    expect(stateFromObservation(missing, { autoRemove: false })).toMatchObject({
      status: 'Error',
      statusReason: expect.stringContaining('No such container') as string,
    });
  });
});

describe('an outcome', () => {
  const running = { status: 'Running', statusDetail: 'Up 1 seconds', statusReason: null } as const;
  const options = { autoRemove: false };
  it.each(['create', 'start', 'delete'] as const)('of a failed %s is an error with the reason', (action) => {
    expect(stateFromOutcome(action, 'no', running, options)).toEqual({ status: 'Error', statusReason: 'no', statusDetail: null });
  });
  it.each(['stop', 'reboot', 'pause', 'unpause', 'kill'] as const)(
    'of a failed %s is what the engine shows, with the reason',
    (action) => {
      expect(stateFromOutcome(action, 'no', running, options)).toEqual({ ...running, statusReason: 'no' });
    },
  );
  it('of a success is what the engine shows', () => {
    expect(stateFromOutcome('kill', null, running, options)).toEqual(running);
  });
  it('of a failure on an engine that says nothing is an error', () => {
    expect(stateFromOutcome('stop', 'no', null, options).status).toBe('Error');
  });
});
