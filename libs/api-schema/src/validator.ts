import { isIP } from 'node:net';
import { InvalidParamInVersionError, InvalidValueError, SchemaValidationError, type Microversion } from '@zun/domain';
import { Ajv, type ValidateFunction } from 'ajv';
import type { FieldRule, RequestField, RequestFields } from './field.js';

const ajv = new Ajv({ allowUnionTypes: true, strict: true, strictRequired: false });
ajv.addFormat('ipv4', (text) => isIP(text) === 4);
ajv.addFormat('ipv6', (text) => isIP(text) === 6);
ajv.addKeyword({
  keyword: 'numericRange',
  type: 'string',
  schemaType: 'array',
  validate: ([minimum, maximum]: [number, number], text: string) => Number(text) >= minimum && Number(text) <= maximum,
});

const MAX_SHOWN = 200;

/** An error may be kept where a password must not be. */
const hideSecrets = (key: string, value: unknown): unknown => (key === 'password' ? '***' : value);

function show(value: unknown): string {
  const text = JSON.stringify(value, hideSecrets) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

interface CompiledField {
  readonly field: RequestField;
  readonly check: ValidateFunction;
  readonly checkOld: ValidateFunction | null;
}

/** Values by name, as they came: from a query string texts and lists of texts, from a body any JSON. */
export type Params = Readonly<Record<string, unknown>>;

/**
 * Checks the parameters of an operation against its table, at a microversion. Made once per operation.
 */
export class ParamsValidator {
  private readonly fields: ReadonlyMap<string, CompiledField>;

  constructor(
    fields: RequestFields,
    private readonly rules: readonly FieldRule[] = [],
  ) {
    this.fields = new Map(
      Object.entries(fields).map(([name, field]) => [
        name,
        { field, check: ajv.compile(field.schema), checkOld: field.until ? ajv.compile(field.until.schema) : null },
      ]),
    );
  }

  /**
   * The schema: unknown keys, required keys, the form of every value.
   * @throws SchemaValidationError naming the field, the value and the rule
   */
  checkSchema(params: Params, version: Microversion): void {
    const unknown = Object.keys(params).filter((name) => !this.isKnown(name, version));
    if (unknown.length > 0) {
      const names = unknown.map((name) => `'${name}'`).join(', ');
      throw new SchemaValidationError(
        `Additional properties are not allowed (${names} ${unknown.length > 1 ? 'were' : 'was'} unexpected)`,
      );
    }
    for (const [name, { field }] of this.fields) {
      if (field.required && !Object.hasOwn(params, name)) throw new SchemaValidationError(`'${name}' is a required property`);
    }
    for (const [name, value] of Object.entries(params)) this.checkValue(name, value, version);
    this.checkRules(params, version);
  }

  /**
   * The form of the values that have a field; other keys are let through.
   * @throws SchemaValidationError naming the field, the value and the rule
   */
  checkKnown(params: Params, version: Microversion): void {
    for (const [name, value] of Object.entries(params)) {
      if (this.isKnown(name, version)) this.checkValue(name, value, version);
    }
  }

  /** @throws InvalidParamInVersionError for a value given to a field that is newer than the version asked for */
  checkVersions(params: Params, version: Microversion): void {
    for (const [name, value] of Object.entries(params)) {
      const field = this.fields.get(name)?.field;
      if (!field?.since || field.gate !== 'param' || version.isAtLeast(field.since)) continue;
      if (isGiven(field, value)) throw new InvalidParamInVersionError(name, version.toString(), field.since.toString());
    }
  }

  /** The policy rules that the given values need, in the table's order. */
  policiesFor(params: Params): string[] {
    const rules: string[] = [];
    for (const [name, { field }] of this.fields) {
      if (field.policy && Object.hasOwn(params, name) && isGiven(field, params[name])) rules.push(field.policy);
    }
    return rules;
  }

  private isKnown(name: string, version: Microversion): boolean {
    const field = this.fields.get(name)?.field;
    if (!field) return false;
    return !(field.gate === 'unknown' && field.since && version.isBefore(field.since));
  }

  private checkValue(name: string, value: unknown, version: Microversion): void {
    const { field, check, checkOld } = this.fields.get(name)!;
    const isOld = field.until !== undefined && !field.until.version.isBefore(version);
    const validate = isOld ? checkOld! : check;
    if (validate(value)) return;
    // Where a value is an object or list, the path says which part of it is meant.
    const path = validate.errors?.[0]?.instancePath.replaceAll('/', '.') ?? '';
    const detail = `Invalid input for field '${name}${path}'. Value: ${show(value)}. It ${isOld ? field.until.rule : field.rule}.`;
    throw field.errorCode ? new InvalidValueError(detail, field.errorCode) : new SchemaValidationError(detail);
  }

  private checkRules(params: Params, version: Microversion): void {
    for (const { since, exclusive, required } of this.rules) {
      if (since && version.isBefore(since)) continue;
      const [one, other] = exclusive;
      const given = exclusive.filter((name) => Object.hasOwn(params, name));
      if (given.length === 2) throw new SchemaValidationError(`'${one}' and '${other}' are not allowed together`);
      if (required && given.length === 0) throw new SchemaValidationError(`'${one}' or '${other}' is a required property`);
    }
  }
}

function isGiven(field: RequestField, value: unknown): boolean {
  return field.isGiven ? field.isGiven(value) : value !== null && value !== undefined;
}
