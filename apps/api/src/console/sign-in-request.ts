import { InvalidValueError } from '@zun/domain';
import type { SignInRequest } from '@zun/auth';

/** As long as Keystone's names are. */
const MAX_NAME = 255;
/** Longer than any identity service takes. */
const MAX_PASSWORD = 4096;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The body of a sign-in: `user`, `password`, and optionally `user_domain`, `project` and `project_domain` (default: that of the user).
 * @throws InvalidValueError naming field and rule
 */
export function parseSignIn(body: unknown): SignInRequest {
  const fields = fieldsOf(body);
  const userDomain = optional(fields, 'user_domain') ?? 'default';
  return {
    user: needed(fields, 'user', MAX_NAME),
    password: needed(fields, 'password', MAX_PASSWORD),
    userDomain,
    project: optional(fields, 'project'),
    projectDomain: optional(fields, 'project_domain') ?? userDomain,
  };
}

/**
 * The body of a change of project: `project_id`.
 * @throws InvalidValueError naming field and rule
 */
export function parseProjectChange(body: unknown): string {
  return needed(fieldsOf(body), 'project_id', MAX_NAME);
}

/** Whose sign-in it seems to be, as far as that can be told; never throws. */
export function userNamedIn(body: unknown): string {
  const { user, user_domain } = isObject(body) ? body : {};
  return JSON.stringify([user, user_domain]).slice(0, MAX_NAME * 2);
}

function fieldsOf(body: unknown): Fields {
  if (!isObject(body)) throw new InvalidValueError('The body must be a JSON object.');
  return body;
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function needed(fields: Fields, name: string, maxLength: number): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '' && value.length <= maxLength && !value.includes('\u0000')) return value;
  throw new InvalidValueError(`${name}: must be a text of 1 to ${maxLength} characters, without NUL characters.`);
}

const optional = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return value === undefined || value === null || value === '' ? null : needed(fields, name, MAX_NAME);
};
