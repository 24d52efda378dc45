import { describe, expect, it } from 'vitest';
import { willRun } from './action.js';

describe('will a container run when all that was asked of it is done', () => {
  it.each([
    ['Running', [], true],
    ['Stopped', [], false],
    ['Error', [], false],
    ['Stopped', [{ action: 'start' }], true],
    ['Running', [{ action: 'stop' }], false],
    ['Running', [{ action: 'stop' }, { action: 'start' }], true],
    ['Running', [{ action: 'kill' }], false],
    ['Running', [{ action: 'kill', params: { signal: 'KILL' } }], false],
    ['Running', [{ action: 'kill', params: { signal: '9' } }], false],
    ['Running', [{ action: 'kill', params: { signal: 'SIGHUP' } }], true],
    ['Stopped', [{ action: 'kill', params: { signal: 'SIGHUP' } }], false],
    ['Running', [{ action: 'network_attach' }], true],
  ] as const)('%s, then %j: %s', (status, pending, runs) => {
    expect(
      willRun(
        status,
        pending.map((entry) => ({ params: {}, ...entry })),
      ),
    ).toBe(runs);
  });
});
