import { describe, expect, it } from 'vitest';
import type { Container, ContainerEvent } from '../api/types.js';
import { applyEvent, inOrder, matches } from './apply-event.js';

const WEB = {
  uuid: 'u1',
  name: 'web',
  image: 'nginx:1.27',
  status: 'Creating',
  labels: { tier: 'front' },
  host: 'host-1',
  created_at: '2026-01-01 10:00:00',
  updated_at: '2026-01-01 10:00:05',
} as unknown as Container;
const CHANGED = {
  event: 'changed',
  uuid: 'u1',
  name: 'web',
  status: 'Running',
  updated_at: '2026-01-01 10:00:06',
} as ContainerEvent;
const known = new Map([['u1', WEB]]);

describe('an event', () => {
  it('changes what it tells of and leaves the rest', () => {
    expect(applyEvent(known, CHANGED).get('u1')).toMatchObject({ status: 'Running', image: 'nginx:1.27', host: 'host-1' });
    expect(known.get('u1')?.status).toBe('Creating');
  });

  it('that is older than what is known changes nothing', () => {
    expect(applyEvent(known, { ...CHANGED, updated_at: '2026-01-01 10:00:04' })).toBe(known);
  });

  it('of a container that is not known changes nothing', () => {
    expect(applyEvent(known, { ...CHANGED, uuid: 'u2' })).toBe(known);
  });

  it('of a deletion takes the container away', () => {
    expect(applyEvent(known, { ...CHANGED, event: 'deleted' }).size).toBe(0);
  });
});

it('containers are listed newest first', () => {
  const older = { ...WEB, uuid: 'u0', created_at: '2025-12-31 10:00:00' };
  expect(inOrder(new Map([...new Map([['u0', older]]), ...known])).map(({ uuid }) => uuid)).toEqual(['u1', 'u0']);
});

it.each([
  ['', true],
  ['WEB', true],
  ['nginx creating', true],
  ['tier=front', true],
  ['web running', false],
])('the filter %j finds it: %s', (filter, isFound) => {
  expect(matches(WEB, filter)).toBe(isFound);
});
