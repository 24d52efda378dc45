import { nearest } from '@zun/config';

/** @returns `; did you mean …?`, or nothing when no known name is near */
export function nearestOf(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
