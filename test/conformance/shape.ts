import type { Shape } from './recorded.js';

/** Keyed by what tenants or engines choose. */
const MAPS = new Set(['addresses', 'environment', 'labels']);

/** What kind of thing a JSON value is, all the way down. */
export function shapeOf(value: unknown, key = ''): Shape {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.map((item) => shapeOf(item)).reduce(merge)];
  if (MAPS.has(key)) return 'object';
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner, name)]));
}

function merge(one: Shape, other: Shape): Shape {
  if (typeof one === 'string' && typeof other === 'string') {
    return [...new Set([...one.split('|'), ...other.split('|')])].sort().join('|');
  }
  if (typeof one === 'string' || typeof other === 'string') return typeof one === 'string' ? other : one;
  if (isList(one) && isList(other)) return one[0] && other[0] ? [merge(one[0], other[0])] : one[0] ? one : other;
  if (isList(one) || isList(other)) return one;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => [name, one[name] && other[name] ? merge(one[name], other[name]) : (one[name] ?? other[name])!]),
  );
}

/**
 * Where two shapes disagree. What may be null on one side says nothing of the other: which fields are null depends on what the
 * containers were doing. An empty list says nothing of its items.
 * @returns one line for each disagreement, beginning with the path to it
 */
export function disagreements(theirs: Shape, ours: Shape, path = '$'): string[] {
  if (theirs === 'null' || ours === 'null') return [];
  if (typeof theirs === 'string' || typeof ours === 'string') return scalars(theirs, ours, path);
  if (isList(theirs) !== isList(ours)) return [`${path}: a list on one side only`];
  if (isList(theirs) && isList(ours)) {
    return theirs[0] && ours[0] ? disagreements(theirs[0], ours[0], `${path}[]`) : [];
  }
  return inObjects(theirs as Record<string, Shape>, ours as Record<string, Shape>, path);
}

function scalars(theirs: Shape, ours: Shape, path: string): string[] {
  const [known, given] = [kindsOf(theirs), kindsOf(ours)];
  return given.every((kind) => kind === 'null' || known.includes('null') || known.includes(kind))
    ? []
    : [`${path}: ${known.join('|')} there, ${given.join('|')} here`];
}

function kindsOf(shape: Shape): string[] {
  if (typeof shape === 'string') return shape.split('|');
  return [isList(shape) ? 'list' : 'object'];
}

function inObjects(theirs: Record<string, Shape>, ours: Record<string, Shape>, path: string): string[] {
  const missing = Object.keys(theirs).filter((name) => !(name in ours));
  const further = Object.keys(ours).filter((name) => !(name in theirs));
  return [
    ...missing.map((name) => `${path}.${name}: missing here`),
    ...further.map((name) => `${path}.${name}: only here`),
    ...Object.keys(theirs)
      .filter((name) => name in ours)
      .flatMap((name) => disagreements(theirs[name]!, ours[name]!, `${path}.${name}`)),
  ];
}

function isList(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape);
}
