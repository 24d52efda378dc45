import { InvalidValueError } from '@zun/domain';

/**
 * Seconds since the epoch of a log's `since`: digits, or `YYYY-MM-DD HH:MM:SS,mmm` in UTC.
 * @throws InvalidValueError for a date that does not exist
 */
export function parseSince(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  const match = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}),(\d{1,3})/.exec(text);
  const ms = match ? Date.parse(`${match[1]}T${match[2]}.${match[3]!.padEnd(3, '0')}Z`) : NaN;
  if (Number.isNaN(ms)) throw new InvalidValueError(`since: ${text} is no time.`);
  return ms / 1000;
}
