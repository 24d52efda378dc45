import { option, RuleBroken, type Option, type OptionSpec } from './option.js';

type Value<T, S extends OptionSpec> = S extends { readonly default: string | (() => string) } ? T : T | null;
type Range = { readonly min?: number; readonly max?: number };

/** Any text. */
export function text<const S extends OptionSpec>(spec: S): Option<Value<string, S>> {
  return option<string, S>(spec, { type: 'string', rule: 'some text', parse: notEmpty });
}

/** A path; a relative one is taken from the working directory. */
export function path<const S extends OptionSpec>(spec: S): Option<Value<string, S>> {
  return option<string, S>(spec, { type: 'path', rule: 'a path', parse: notEmpty });
}

/** `http://…` or `https://…`, without a closing slash. */
export function url<const S extends OptionSpec>(spec: S): Option<Value<string, S>> {
  return option<string, S>(spec, { type: 'url', rule: 'a URL http://… or https://…', parse: parseHttpUrl });
}

/** oslo's booleans: true/1/yes/on, false/0/no/off, in any case. */
export function bool<const S extends OptionSpec>(spec: S): Option<Value<boolean, S>> {
  return option<boolean, S>(spec, { type: 'boolean', rule: 'true or false', parse: parseBoolean });
}

export function integer<const S extends OptionSpec & Range>(spec: S): Option<Value<number, S>> {
  const rule = `a whole number${rangeText(spec)}${unitText(spec)}`;
  return option<number, S>(spec, { type: 'integer', rule, parse: (raw) => inRange(parseNumber(raw, /^[+-]?\d+$/), spec) });
}

export function float<const S extends OptionSpec & Range>(spec: S): Option<Value<number, S>> {
  const rule = `a number${rangeText(spec)}${unitText(spec)}`;
  const form = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  return option<number, S>(spec, { type: 'float', rule, parse: (raw) => inRange(parseNumber(raw, form), spec) });
}

export function port<const S extends OptionSpec>(spec: S): Option<Value<number, S>> {
  return { ...integer({ ...spec, min: 0, max: 65535 }), type: 'port' };
}

/** One of a closed list of words. */
export function choice<const C extends readonly string[], const S extends OptionSpec>(
  choices: C,
  spec: S,
): Option<Value<C[number], S>> {
  const parse = (raw: string): C[number] => oneOf(choices, raw);
  return option<C[number], S>(spec, { type: 'choice', rule: choiceRule(choices), parse });
}

/** Comma-separated words; an empty text is an empty list. */
export function list<const S extends OptionSpec>(spec: S): Option<readonly string[]> {
  return option(withListDefault(spec), { type: 'list', rule: 'a list separated by commas', parse: splitList });
}

/** Comma-separated words out of a closed list. */
export function choiceList<const C extends readonly string[]>(choices: C, spec: OptionSpec): Option<readonly C[number][]> {
  const parse = (raw: string): C[number][] => splitList(raw).map((word) => oneOf(choices, word));
  const rule = `a list, separated by commas, of: ${choices.join(', ')}`;
  return option(withListDefault(spec), { type: 'list', rule, parse });
}

/** A text that a parser of its own understands, such as a database URL. `mask` hides the secret part when it is printed. */
export function parsed<T, const S extends OptionSpec>(
  spec: S,
  kind: { type: string; rule: string; parse: (text: string) => T; mask?: (text: string) => string },
): Option<Value<T, S>> {
  return option<T, S>(spec, kind);
}

function withListDefault(spec: OptionSpec): OptionSpec & { default: string | (() => string) } {
  return { ...spec, default: spec.default ?? '' };
}

function notEmpty(raw: string): string {
  if (raw === '') throw new RuleBroken('must not be empty');
  return raw;
}

function parseHttpUrl(raw: string): string {
  const protocol = URL.canParse(raw) ? new URL(raw).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') throw new RuleBroken();
  return raw.replace(/\/+$/, '');
}

const BOOLEANS = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

function parseBoolean(raw: string): boolean {
  const value = BOOLEANS.get(raw.toLowerCase());
  if (value === undefined) throw new RuleBroken();
  return value;
}

function parseNumber(raw: string, form: RegExp): number {
  const value = form.test(raw) ? Number(raw) : NaN;
  if (!Number.isFinite(value)) throw new RuleBroken();
  return value;
}

function inRange(value: number, { min = -Infinity, max = Infinity }: Range): number {
  if (value < min || value > max) throw new RuleBroken();
  return value;
}

function rangeText({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  return max === undefined ? '' : ` of ${max} or less`;
}

function unitText({ unit }: OptionSpec): string {
  return unit ? ` (${unit})` : '';
}

function choiceRule(choices: readonly string[]): string {
  return choices.length === 1 ? `${choices[0]}, the only one supported` : `one of: ${choices.join(', ')}`;
}

function oneOf<C extends string>(choices: readonly C[], word: string): C {
  const found = choices.find((choice) => choice === word);
  if (found === undefined) throw new RuleBroken();
  return found;
}

function splitList(raw: string): string[] {
  const words = raw.split(/[,\n]/).map((word) => word.trim().replace(/^(["'])(.*)\1$/, '$2'));
  return words.filter((word) => word !== '');
}
