import { describe, expect, it } from 'vitest';
import { generateContainerName, isUuidLike } from './container.js';
import { Microversion } from './microversion.js';
import { formatContainerTime, formatServiceTime, fromUtcTime, toUtcTime } from './time.js';

it.each([
  ['11111111-1111-4111-8111-111111111111', true],
  ['11111111111141118111111111111111', true],
  ['{11111111-1111-4111-8111-111111111111}', true],
  ['11111111-1111-4111-8111-11111111111X', false],
  ['web', false],
  ['', false],
])('%s is like a uuid: %s', (text, is) => {
  expect(isUuidLike(text)).toBe(is);
});

it('makes up names as Zun does', () => {
  expect(generateContainerName(() => 0)).toBe('alpha-1-container');
  expect(generateContainerName(() => 0.999)).toBe('omega-24-container');
});

describe('a time', () => {
  const time = toUtcTime(Date.parse('2026-01-02T03:04:05.678Z'));
  it('is UTC text of one width that reads back', () => {
    expect(time).toBe('2026-01-02 03:04:05.678000');
    expect(fromUtcTime(time)).toBe(Date.parse('2026-01-02T03:04:05.678Z'));
  });
  it('has a form for containers and one for services', () => {
    expect(formatContainerTime('2026-01-02 03:04:05.000000')).toBe('2026-01-02 03:04:05');
    expect(formatContainerTime(time)).toBe('2026-01-02 03:04:05.678000');
    expect(formatServiceTime(time)).toBe('2026-01-02T03:04:05.678000');
    expect(formatContainerTime(null)).toBeNull();
  });
});

it('orders microversions by number, not by text', () => {
  expect(Microversion.of('1.9').isBefore(Microversion.of('1.10'))).toBe(true);
  expect(Microversion.of('2.0').isAtLeast(Microversion.of('1.40'))).toBe(true);
  expect(Microversion.tryParse('1.x')).toBeNull();
});
