import { badRequest, unauthorized } from './errors.js';
import { DEFAULT_DOMAIN } from './model.js';

/** A user or project by id or, in the one domain, by name. */
export type Ref = { readonly id: string } | { readonly name: string };

export type LoginMethod =
  | { readonly method: 'password'; readonly user: Ref; readonly password: string }
  | { readonly method: 'token'; readonly token: string }
  | {
      readonly method: 'application_credential';
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Ref };
      readonly secret: string;
    };

/** What a login asks for; `default` leaves the choice of a project to the user's record. */
export type Scope =
  { readonly kind: 'default' } | { readonly kind: 'unscoped' } | { readonly kind: 'project'; readonly project: Ref };

export interface AuthRequest {
  readonly methods: readonly LoginMethod[];
  readonly scope: Scope;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the body of `POST /v3/auth/tokens`.
 * @throws DomainError of class invalid naming the field, or unauthenticated for a method or scope that this identity has not
 */
export function parseAuthRequest(body: unknown): AuthRequest {
  const auth = fieldsAt(body, 'auth');
  const identity = fieldsAt(auth, 'identity', 'auth.identity');
  const names = identity['methods'];
  if (!Array.isArray(names) || names.length === 0)
    throw badRequest('auth.identity.methods must be a list with at least one method.');
  return { methods: [...new Set<unknown>(names)].map((name) => parseMethod(name, identity)), scope: parseScope(auth['scope']) };
}

function parseMethod(name: unknown, identity: Fields): LoginMethod {
  switch (name) {
    case 'password': {
      const user = fieldsAt(fieldsAt(identity, 'password'), 'user', 'password.user');
      return { method: 'password', user: parseRef(user, 'user'), password: textAt(user, 'password', 'user.password') };
    }
    case 'token':
      return { method: 'token', token: textAt(fieldsAt(identity, 'token'), 'id', 'token.id') };
    case 'application_credential':
      return parseCredential(fieldsAt(identity, 'application_credential'));
    default:
      throw unauthorized();
  }
}

function parseCredential(given: Fields): LoginMethod {
  const secret = textAt(given, 'secret', 'application_credential.secret');
  if (given['id'] !== undefined) {
    return { method: 'application_credential', secret, credential: { id: textAt(given, 'id', 'application_credential.id') } };
  }
  const name = textAt(given, 'name', 'application_credential.name');
  const user = parseRef(fieldsAt(given, 'user', 'application_credential.user'), 'user');
  return { method: 'application_credential', secret, credential: { name, user } };
}

function parseScope(scope: unknown): Scope {
  if (scope === undefined || scope === null) return { kind: 'default' };
  if (scope === 'unscoped') return { kind: 'unscoped' };
  const given = fieldsOf(scope, 'auth.scope');
  if (given['unscoped'] !== undefined) return { kind: 'unscoped' };
  if (given['project'] !== undefined) return { kind: 'project', project: parseRef(fieldsAt(given, 'project'), 'project') };
  // Nobody has a role on the domain or the system here, so that asking for such a scope fails as it does in Keystone.
  if (['domain', 'system', 'OS-TRUST:trust'].some((kind) => given[kind] !== undefined)) throw unauthorized();
  throw badRequest('auth.scope must hold project.');
}

function parseRef(given: Fields, kind: string): Ref {
  if (given['id'] !== undefined) return { id: textAt(given, 'id', `${kind}.id`) };
  const name = textAt(given, 'name', `${kind}.name`);
  const domain = fieldsAt(given, 'domain', `${kind}.domain`);
  const ours =
    domain['id'] === undefined
      ? textAt(domain, 'name', `${kind}.domain.name`) === DEFAULT_DOMAIN.name
      : domain['id'] === DEFAULT_DOMAIN.id;
  if (!ours) throw unauthorized();
  return { name };
}

function fieldsAt(parent: unknown, name: string, label = name): Fields {
  return fieldsOf(fieldsOf(parent, 'the body')[name], label);
}

function fieldsOf(value: unknown, label: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest(`${label} must be an object.`);
  return value as Fields;
}

function textAt(parent: Fields, name: string, label: string): string {
  const value = parent[name];
  if (typeof value !== 'string') throw badRequest(`${label} must be a string.`);
  return value;
}
