import { expect, it } from 'vitest';
import { parsePairs } from './pairs.js';

it('reads pairs, whose values may hold anything', () => {
  expect(parsePairs('A=1\n\nB=x=y z\nC=')).toEqual({ A: '1', B: 'x=y z', C: '' });
  expect(() => parsePairs('A=1\nB')).toThrow('“B” is not');
});
