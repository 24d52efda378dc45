import { constants } from 'node:os';
import { TIMEOUT } from '../fields/common.js';
import type { RequestField } from '../field.js';
import type { Operation } from '../operation.js';
import { backgroundAction } from './container-operation.js';

/** Names with or without SIG, in upper or lower case, numbers as text, and the text None that Python clients send for no signal. */
const SIGNAL_NAMES = [...Object.keys(constants.signals), 'SIGRTMIN', 'SIGRTMAX'].flatMap((name) => {
  const short = name.slice('SIG'.length);
  return [name, short, name.toLowerCase(), short.toLowerCase()];
});
const SIGNAL_NUMBERS = [...new Set([...Object.values(constants.signals), 34, 64])].map(String);

const SIGNAL: RequestField = {
  schema: { enum: ['None', ...SIGNAL_NAMES, ...SIGNAL_NUMBERS] },
  rule: 'must be the name or number of a Linux signal, e.g. SIGKILL, kill or "9"',
  description: 'The signal (default SIGKILL).',
};

/** Verbs that take a container from one state to another. */
export const CONTAINER_LIFECYCLE = {
  startContainer: backgroundAction('start', 'Start a container'),
  stopContainer: backgroundAction('stop', 'Stop a container', { check: 'query', fields: { timeout: TIMEOUT } }),
  rebootContainer: backgroundAction('reboot', 'Restart a container', { check: 'query', fields: { timeout: TIMEOUT } }),
  pauseContainer: backgroundAction('pause', 'Pause a container'),
  unpauseContainer: backgroundAction('unpause', 'Unpause a container'),
  killContainer: backgroundAction('kill', 'Send a signal to a container', { check: 'merged', fields: { signal: SIGNAL } }),
} as const satisfies Record<string, Operation>;
