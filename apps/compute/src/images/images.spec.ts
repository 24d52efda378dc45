import { describe, expect, it } from 'vitest';
import { pullText } from './pull-text.js';

describe('progress of a pull, in words', () => {
  it.each([
    [0, 0, 'Pulling busybox'],
    [0, 900, 'Pulling busybox: 0% of 900 B'],
    [4_384_000, 12_897_485, 'Pulling busybox: 33% of 12.3 MiB'],
    [2 ** 31, 2 ** 31, 'Pulling busybox: 100% of 2.0 GiB'],
  ])('%i of %i', (currentBytes, totalBytes, text) => {
    expect(pullText('busybox', { currentBytes, totalBytes })).toBe(text);
  });
});
