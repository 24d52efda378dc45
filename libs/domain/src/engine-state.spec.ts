import { describe, expect, it } from 'vitest';
import { formatAge, observe, type EngineState } from './engine-state.js';

const now = Date.parse('2026-01-02T00:00:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

it.each([
  [0, '0 seconds'],
  [59, '59 seconds'],
  [60, '1 mins'],
  [3599, '59 mins'],
  [3600, '1 hours'],
  [86_399, '23 hours'],
  [86_400, '1 days'],
  [-5, '0 seconds'],
])('%s seconds are %s', (seconds, text) => {
  expect(formatAge(ago(seconds), now)).toBe(text);
});

const base: EngineState = { phase: 'created', error: null, exitCode: null, startedAt: null, finishedAt: null };

describe('an engine state', () => {
  it.each<[string, Partial<EngineState>, string, string]>([
    ['never started', {}, 'Created', 'Created'],
    ['running', { phase: 'running', startedAt: ago(180) }, 'Running', 'Up 3 mins'],
    ['healthy', { phase: 'running', startedAt: ago(180), health: 'healthy' }, 'Running', 'Up 3 mins (healthy)'],
    ['starting', { phase: 'running', startedAt: ago(9), health: 'starting' }, 'Running', 'Up 9 seconds (health: starting)'],
    ['paused', { phase: 'paused', startedAt: ago(7200) }, 'Paused', 'Up 2 hours (paused)'],
    ['restarting', { phase: 'restarting', startedAt: ago(1) }, 'Restarting', 'Restarting'],
    ['dead', { phase: 'dead', startedAt: ago(1) }, 'Dead', 'Dead'],
    ['ended', { phase: 'exited', exitCode: 3, startedAt: ago(60), finishedAt: ago(5) }, 'Stopped', 'Exited(3) 5 seconds ago '],
    ['being removed', { phase: 'removing', startedAt: ago(60), finishedAt: ago(5) }, 'Stopped', 'Exited(0) 5 seconds ago '],
    ['started and not finished', { phase: 'exited', startedAt: ago(60) }, 'Unknown', ''],
    [
      'failed',
      { phase: 'exited', error: 'boom', exitCode: 127, startedAt: ago(9), finishedAt: ago(9) },
      'Stopped',
      'Exited(127) 9 seconds ago (error)',
    ],
    ['failed before it started', { phase: 'created', error: 'no such file' }, 'Created', 'Exited(0) 0 seconds ago (error)'],
  ])('%s', (_case, change, status, detail) => {
    expect(observe({ ...base, ...change }, now)).toMatchObject({ status, statusDetail: detail });
  });

  it('tells the engine’s error', () => {
    expect(observe({ ...base, phase: 'exited', error: 'boom' }, now).statusReason).toBe('boom');
  });

  it('of a container that is not there is missing', () => {
    expect(observe(null, now).status).toBe('missing');
  });
});
