import { CONTAINER_STATUSES } from '@zun/domain';
import { ANY_TEXT } from '../booleans.js';
import type { RequestField } from '../field.js';
import { ALL_PROJECTS } from '../fields/common.js';
import type { Operation } from '../operation.js';

const tag = 'events';
const ONE_STATUS = CONTAINER_STATUSES.join('|');
const STATUSES = { type: 'string', pattern: `^(${ONE_STATUS})(,(${ONE_STATUS}))*$` };

const STATUS: RequestField = {
  schema: { anyOf: [STATUSES, { type: 'array', items: STATUSES, minItems: 1 }] },
  rule: `must be one or several of ${CONTAINER_STATUSES.join(', ')}, separated by commas`,
  required: true,
  description: 'What is waited for; it may be given several times.',
};

/** Longest wait, in seconds. */
export const MAX_WAIT_S = 600;

/** Ours: telling what happens to containers. */
export const EVENT_OPERATIONS = {
  watchEvents: {
    id: 'watchEvents',
    method: 'GET',
    path: '/v1/events',
    policy: 'container:get_all',
    params: {
      check: 'query',
      fields: {
        all_projects: ALL_PROJECTS,
        container: { ...ANY_TEXT, description: 'Only those of the container with this uuid, or of those with this name.' },
        last_event_id: { ...ANY_TEXT, description: 'Like the header `Last-Event-ID`: go on after this event.' },
      },
    },
    success: { status: 200, schema: null, description: 'Server-sent events.' },
    stream: {
      type: 'text/event-stream',
      description:
        'First `hello`, then `container` for each change; `reset` where events are missing and the client must list again; ' +
        '`expired` when the token is no longer good.',
    },
    summary: 'Watch what happens to containers',
    tag,
  },
  waitForContainer: {
    id: 'waitForContainer',
    method: 'GET',
    path: '/v1/containers/:ident/wait',
    policy: 'container:get_one',
    target: 'container',
    params: {
      check: 'query',
      fields: {
        status: STATUS,
        timeout: {
          schema: { type: 'string', pattern: '^[0-9]{1,3}$', numericRange: [1, MAX_WAIT_S] },
          rule: `must be a number of seconds from 1 to ${MAX_WAIT_S}`,
          description: 'How long to wait (default 60).',
        },
      },
    },
    success: { status: 200, schema: { $ref: '#/components/schemas/Container' }, description: 'The container, in that status.' },
    failures: { 408: 'It did not come to that in time; the detail says what its status is.' },
    summary: 'Wait until a container has a status',
    tag,
  },
} as const satisfies Record<string, Operation>;
