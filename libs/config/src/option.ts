/** What the table says of one option besides its type. */
export interface OptionSpec {
  /** One or two sentences for the operator, without a closing unit or range: those are added from the fields below. */
  readonly help: string;
  /** As it would be written in a file, so `$name` works in it. Absent: the option may stay unset, its value is then null. */
  readonly default?: string | (() => string);
  /** What the sample file shows where the default depends on the machine. */
  readonly defaultText?: string;
  /** Unit of a number, e.g. `seconds`. */
  readonly unit?: string;
  /** Never printed. For a URL only its password is hidden. */
  readonly secret?: boolean;
  /** Older names of the same option in the same section. */
  readonly aliases?: readonly string[];
}

/** An option that does something. `parse` turns its text into the value, or throws {@link RuleBroken}. */
export interface Option<T> extends OptionSpec {
  readonly status: 'works';
  readonly type: string;
  /** What a value must be, as it ends the sentence "must be …". */
  readonly rule: string;
  readonly parse: (text: string) => T;
  /** The text as it may be printed, for a secret. */
  readonly mask: (text: string) => string;
}

/** An option of Zun that is accepted so that an operator's file loads, but changes nothing; the reason is told at start. */
export interface InertOption {
  readonly status: 'ignored' | 'not-yet';
  readonly reason: string;
}

export type AnyOption = Option<unknown> | InertOption;

/** A value breaks the option's rule. The message completes "must be …" unless it is more specific. */
export class RuleBroken extends Error {}

/** The value type of an option built from `S`: null joins in when there is no default. */
type Value<T, S extends OptionSpec> = S extends { readonly default: string | (() => string) } ? T : T | null;

/** Builds an option of any type; the named builders of option-types.ts are the usual way. */
export function option<T, S extends OptionSpec>(
  spec: S,
  kind: { type: string; rule: string; parse: (text: string) => T; mask?: (text: string) => string },
): Option<Value<T, S>> {
  return { ...spec, mask: () => '****', ...kind, status: 'works' };
}

/** @param reason why it has no meaning here, as a sentence part: `the processes are started by …` */
export function ignored(reason: string): InertOption {
  return { status: 'ignored', reason };
}

/** @param reason what is not served yet, as a sentence part: `capsules are not served yet` */
export function notYet(reason: string): InertOption {
  return { status: 'not-yet', reason };
}

/** One section of the file: its name, what it is about, its options. */
export interface Section<O extends Record<string, AnyOption>> {
  readonly help: string;
  readonly options: O;
}

export function section<const O extends Record<string, AnyOption>>(help: string, options: O): Section<O> {
  return { help, options };
}

/** The typed values of a section: the options that do something. */
export type SectionValues<S> =
  S extends Section<infer O>
    ? { readonly [K in keyof O as O[K] extends InertOption ? never : K]: O[K] extends Option<infer T> ? T : never }
    : never;
