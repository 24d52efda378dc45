import { expect, it } from 'vitest';
import { formatAge, formatBytes, formatCommand, formatDuration, parseTime } from './format.js';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [123 * 1024 * 1024, '123 MiB'],
  [5 * 1024 ** 4, '5 TiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [61_000, '1 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each(['2026-01-02 03:04:05', '2026-01-02 03:04:05+00:00', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000'])(
  'a time of the API is UTC: %s',
  (text) => {
    expect(parseTime(text).toISOString()).toBe('2026-01-02T03:04:05.000Z');
    expect(formatAge(text, Date.UTC(2026, 0, 2, 3, 5, 5))).toBe('1 min ago');
  },
);

it('shows a command as a shell reads it', () => {
  expect(formatCommand(['sh', '-c', 'echo "it\'s"'])).toBe(`sh -c 'echo "it'\\''s"'`);
  expect(formatCommand(null)).toBe('');
});
