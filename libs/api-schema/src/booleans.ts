import { InvalidValueError } from '@zun/domain';

/** The texts of Zun's schema type "boolean". */
const PLAIN = { true: ['True', 'true'], false: ['False', 'false'] };
/** The texts of Zun's schema type "boolean_extended". */
const EXTENDED = {
  true: ['TRUE', 'True', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes'],
  false: ['FALSE', 'False', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no'],
};

export const BOOL = {
  schema: { enum: [true, false, ...PLAIN.true, ...PLAIN.false] },
  rule: 'must be a boolean: true or false',
};
export const BOOL_EXTENDED = {
  schema: { enum: [true, false, ...EXTENDED.true, ...EXTENDED.false] },
  rule: `must be a boolean: one of ${[...EXTENDED.true, ...EXTENDED.false].join(', ')}`,
};
/** Accepted by no schema: what it must be is checked by {@link parseStrictBool} after policy, as Zun does. */
export const ANY_TEXT = { schema: { type: 'string' }, rule: 'must be a text' };

/** A value that {@link BOOL} or {@link BOOL_EXTENDED} let pass. */
export function parseBool(value: unknown, otherwise = false): boolean {
  if (value === undefined || value === null) return otherwise;
  return value === true || (typeof value === 'string' && EXTENDED.true.includes(value));
}

const STRICT_TRUE = ['1', 't', 'true', 'on', 'y', 'yes'];
const STRICT_FALSE = ['0', 'f', 'false', 'off', 'n', 'no'];

/**
 * oslo's strict boolean: case does not matter; absent and empty are false.
 * @throws InvalidValueError naming the parameter
 */
export function parseStrictBool(name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
  if (STRICT_TRUE.includes(text)) return true;
  if (STRICT_FALSE.includes(text)) return false;
  throw new InvalidValueError(
    `Invalid value for ${name}: ${JSON.stringify(value)}. It must be one of ${[...STRICT_TRUE, ...STRICT_FALSE].join(', ')}.`,
  );
}
