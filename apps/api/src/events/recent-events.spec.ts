import type { ContainerEvent } from '@zun/persistence';
import { expect, it } from 'vitest';
import { RecentEvents } from './recent-events.js';

const events = (from: number, count: number): ContainerEvent[] =>
  Array.from({ length: count }, (_, n) => ({ seq: from + n }) as ContainerEvent);
const numbers = (found: readonly ContainerEvent[] | null): number[] | null => found && found.map(({ seq }) => seq);

it('has what comes after a number, and says where it has not all of it', () => {
  const recent = new RecentEvents(7);
  expect([recent.head, recent.after(7), recent.after(6)]).toEqual([7, [], null]);
  recent.push(events(8, 3));
  expect(recent.head).toBe(10);
  expect(numbers(recent.after(7))).toEqual([8, 9, 10]);
  expect(numbers(recent.after(9))).toEqual([10]);
  expect(numbers(recent.after(10))).toEqual([]);
});

it('has no gap where events were forgotten before they were read', () => {
  const recent = new RecentEvents(0);
  recent.push(events(1, 3));
  recent.push(events(6, 2));
  expect([recent.head, recent.after(3)]).toEqual([7, null]);
  expect(numbers(recent.after(5))).toEqual([6, 7]);
});

it('keeps the newest thousand', () => {
  const recent = new RecentEvents(0);
  for (let at = 1; at < 2_001; at += 500) recent.push(events(at, 500));
  expect([recent.head, recent.after(999)]).toEqual([2_000, null]);
  expect(recent.after(1_000)).toHaveLength(1_000);
});
