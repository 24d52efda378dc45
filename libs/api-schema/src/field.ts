import type { Microversion } from '@zun/domain';

/** A JSON Schema (draft 2020-12) of one value; the part of it that we write. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** One field that a request may carry, and everything that is true of it. The only place where it is written down. */
export interface RequestField {
  /** The code of the error of an invalid value, where it is not that of every schema. */
  readonly errorCode?: string;
  /** What a valid value looks like. */
  readonly schema: JsonSchema;
  /** The same in words, for the error of an invalid value: `must be …`. */
  readonly rule: string;
  readonly required?: boolean;
  /** The microversion it came with; absent: it works at every version. */
  readonly since?: Microversion;
  /**
   * How an older request is refused: `param`, a given value is `invalid-param-in-version`; `unknown`, the key does not exist.
   */
  readonly gate?: 'param' | 'unknown';
  /** When a value counts as given, for `gate` and `policy`; default: when it is not null. */
  readonly isGiven?: (value: unknown) => boolean;
  /** Giving a value needs this policy rule. */
  readonly policy?: string;
  /** Another form up to a version: the schema and rule that held then. */
  readonly until?: { readonly version: Microversion; readonly schema: JsonSchema; readonly rule: string };
  readonly description: string;
}

export type RequestFields = Readonly<Record<string, RequestField>>;

/** A rule about several fields of a request at once. */
export interface FieldRule {
  /** The microversion from which on it holds; absent: at all. */
  readonly since?: Microversion;
  /** Keys that may not be given together, not even as null. */
  readonly exclusive: readonly [string, string];
  /** One of them must be given. */
  readonly required?: boolean;
}

/** How a stored column becomes a response field. */
export type ColumnKind = 'text' | 'number' | 'numeric-text' | 'flag' | 'json-list' | 'json-object' | 'time';

/** One field of a response, and everything that is true of it. */
export interface ResponseField {
  /** The column it is read from. */
  readonly column: string;
  readonly kind: ColumnKind;
  readonly schema: JsonSchema;
  /** Maps and lists that the create reply shows as null while nothing is set. */
  readonly nullUntilCreated?: boolean;
  readonly description: string;
}

export type ResponseFields = Readonly<Record<string, ResponseField>>;
