import { expect, it } from 'vitest';
import { pageOfZones } from './page-of-zones.js';

const ZONES = ['b', null, 'a', 'c'];
const page = (over: { marker?: string; descending?: boolean; limit?: number }): (string | null)[] =>
  pageOfZones(ZONES, { marker: null, descending: false, limit: 10, ...over });

it.each([
  [{}, ['a', 'b', 'c', null]],
  [{ descending: true }, ['c', 'b', 'a', null]],
  [{ limit: 2 }, ['a', 'b']],
  [{ limit: 2, marker: 'b' }, ['c', null]],
  [{ limit: 2, marker: 'b', descending: true }, ['a', null]],
])('%j is %j', (given, expected) => expect(page(given)).toEqual(expected));

it('does not know a marker that is no zone', () => {
  expect(() => page({ marker: 'd' })).toThrow(/d could not be found/);
});

it('invents no zone', () => expect(pageOfZones(['a'], { marker: null, descending: false, limit: 9 })).toEqual(['a']));
