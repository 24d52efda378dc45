import { isIP } from 'node:net';
import type { JsonSchema } from '@zun/api-schema';
import { Ajv, type ValidateFunction } from 'ajv';

const ajv = new Ajv({ strict: false });
ajv.addFormat('ipv4', (text) => isIP(text) === 4);
ajv.addFormat('ipv6', (text) => isIP(text) === 6);
ajv.addKeyword({
  keyword: 'numericRange',
  type: 'string',
  validate: ([minimum, maximum]: [number, number], text: string) => Number(text) >= minimum && Number(text) <= maximum,
});

/** Bad for nearly everything, each in its own way. */
const ODD: readonly unknown[] = [
  ...[null, true, false, 0, 7, -1, 0.00001, 1e308, 2 ** 53],
  ...['', ' ', '!', 'None', '-1', '1e3', '0x10', 'a b', '../x', 'nul\u0000', 'ünï', '9'.repeat(400), 'x'.repeat(5_000)],
  ...[[], [[]], [null], ['!'], [{}], {}, { a: null }, { a: { b: 1 } }, { constructor: 1 }],
];

/**
 * Values that the schema refuses: odd ones, and for each of its keywords the nearest breach.
 * @returns none for a schema that takes everything
 */
export function badValues(schema: JsonSchema): unknown[] {
  const isValid: ValidateFunction = ajv.compile(schema);
  const seen = new Set<string>();
  return [...breaches(schema), ...ODD].filter((value) => {
    const text = JSON.stringify(value);
    if (isValid(value) || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

type Schemas = Readonly<Record<string, JsonSchema>>;

interface Keywords {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly numericRange?: readonly [number, number];
  readonly enum?: readonly unknown[];
}

/** Values next to the border of each keyword; some may be right by another. */
function breaches(schema: JsonSchema): unknown[] {
  const { minLength, maxLength, minimum, maximum, numericRange, enum: choices } = schema as Keywords;
  const found: unknown[] = [];
  if (minLength !== undefined) found.push('x'.repeat(Math.max(0, minLength - 1)));
  if (maxLength !== undefined) found.push('x'.repeat(maxLength + 1));
  if (minimum !== undefined) found.push(minimum - 1, minimum - 0.001);
  if (maximum !== undefined) found.push(maximum + 1, maximum + 0.001);
  if (numericRange !== undefined) found.push(String(numericRange[0] - 0.01), String(numericRange[1] + 1));
  if (choices !== undefined) found.push(...choices.map((choice) => `${String(choice)}x`));
  for (const branch of ['anyOf', 'oneOf', 'allOf']) found.push(...((schema[branch] ?? []) as JsonSchema[]).flatMap(breaches));
  return [...found, ...breachesInside(schema)];
}

function breachesInside({ items, properties = {}, additionalProperties, propertyNames }: JsonSchema): unknown[] {
  const found: unknown[] = [];
  if (items) found.push(...badValues(items as JsonSchema).map((value) => [value]));
  for (const [name, property] of Object.entries(properties as Schemas)) {
    found.push(...badValues(property).map((value) => ({ [name]: value })));
  }
  if (additionalProperties === false) found.push({ surprise: 1 });
  else if (additionalProperties) found.push(...badValues(additionalProperties as JsonSchema).map((value) => ({ key: value })));
  if (propertyNames) {
    const names = badValues({ type: 'string', ...(propertyNames as JsonSchema) }).filter((name) => typeof name === 'string');
    found.push(...names.map((name) => ({ [name]: 'x' })));
  }
  return found;
}
