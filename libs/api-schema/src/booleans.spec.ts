import { describe, expect, it } from 'vitest';
import { parseStrictBool } from './booleans.js';

describe('a strict boolean', () => {
  it.each<unknown>([true, 'true', 'TRUE', 't', '1', 1, 'on', 'Y', 'yes'])('%j is true', (value) => {
    expect(parseStrictBool('run', value)).toBe(true);
  });

  it.each<unknown>([false, 'false', 'F', '0', 0, 'off', 'n', 'No', '', null, undefined])('%j is false', (value) => {
    expect(parseStrictBool('run', value)).toBe(false);
  });

  it.each<unknown>(['maybe', 'None', 2, ['true'], ['true', 'true'], {}, { toString: 1 }])('%j is neither', (value) => {
    expect(() => parseStrictBool('run', value)).toThrow(/Invalid value for run/);
  });
});
