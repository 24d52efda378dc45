import { randomBytes } from 'node:crypto';
import type { Clock } from '@zun/domain';
import { isAdmin, type CheckedToken } from './checked-token.js';
import { badRequest, forbidden, notFound } from './errors.js';
import { isRoleName, ROLES, type ApplicationCredentialRecord, type RoleName } from './model.js';
import { hashPassword } from './passwords.js';
import { newId } from './store/changes.js';
import type { UserStore } from './store/user-store.js';

/** Application credentials: secrets of a user for programs, with some of the user's roles in one project. */
export class ApplicationCredentials {
  constructor(
    private readonly store: UserStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes one for the caller, in the project of their token.
   * @param body the `application_credential` of the request
   * @returns the record, and the secret: the only time that it is known
   * @throws DomainError of class invalid, forbidden or conflict
   */
  async create(
    caller: CheckedToken,
    userId: string,
    body: unknown,
  ): Promise<{ credential: ApplicationCredentialRecord; secret: string }> {
    if (userId !== caller.user.id) throw forbidden('identity:create_application_credential');
    forbidRestricted(caller, 'identity:create_application_credential');
    if (!caller.project) throw badRequest('An application credential needs a token with project scope.');
    const wanted = parseCredential(body, caller, this.clock.now());
    const secret = wanted.secret ?? randomBytes(64).toString('base64url');
    const credential: ApplicationCredentialRecord = {
      id: newId(),
      name: wanted.name,
      description: wanted.description,
      user_id: caller.user.id,
      project_id: caller.project.id,
      roles: wanted.roles,
      secret_hash: await hashPassword(secret),
      expires_at: wanted.expiresAt,
      unrestricted: wanted.unrestricted,
    };
    await this.store.addApplicationCredential(credential);
    return { credential, secret };
  }

  /** @throws DomainError of class forbidden */
  list(caller: CheckedToken, userId: string, name?: string): ApplicationCredentialRecord[] {
    allowOwner(caller, userId, 'identity:list_application_credentials');
    const own = this.store.current().applicationCredentialsOf(userId);
    return name === undefined ? own : own.filter((credential) => credential.name === name);
  }

  /** @throws DomainError of class forbidden or not-found */
  get(caller: CheckedToken, userId: string, id: string): ApplicationCredentialRecord {
    allowOwner(caller, userId, 'identity:get_application_credential');
    const credential = this.store.current().applicationCredential(id);
    if (credential?.user_id !== userId) throw notFound('application_credential', id);
    return credential;
  }

  /** @throws DomainError of class forbidden or not-found */
  async remove(caller: CheckedToken, userId: string, id: string): Promise<void> {
    forbidRestricted(caller, 'identity:delete_application_credential');
    await this.store.removeApplicationCredential(this.get(caller, userId, id).id);
  }
}

function allowOwner(caller: CheckedToken, userId: string, action: string): void {
  if (caller.user.id !== userId && !isAdmin(caller)) throw forbidden(action);
}

/** A program must not make itself more credentials, unless it was trusted to. */
function forbidRestricted({ applicationCredential }: CheckedToken, action: string): void {
  if (applicationCredential && !applicationCredential.unrestricted) throw forbidden(action);
}

interface Wanted {
  readonly name: string;
  readonly description: string | null;
  readonly secret: string | null;
  readonly roles: readonly RoleName[];
  readonly expiresAt: number | null;
  readonly unrestricted: boolean;
}

function parseCredential(body: unknown, caller: CheckedToken, now: number): Wanted {
  if (typeof body !== 'object' || body === null) throw badRequest('application_credential must be an object.');
  const given = body as Readonly<Record<string, unknown>>;
  const { name, description = null, secret = null, unrestricted = false, access_rules: rules } = given;
  if (typeof name !== 'string' || name === '' || name.length > 255) throw badRequest('name must have 1 to 255 characters.');
  if (description !== null && typeof description !== 'string') throw badRequest('description must be a string.');
  if (secret !== null && (typeof secret !== 'string' || secret === '' || secret.length > 1024)) {
    throw badRequest('secret must have 1 to 1024 characters.');
  }
  if (typeof unrestricted !== 'boolean') throw badRequest('unrestricted must be true or false.');
  if (Array.isArray(rules) && rules.length > 0) throw badRequest('access_rules are not supported by the embedded identity.');
  return {
    name,
    description,
    secret,
    unrestricted,
    roles: parseRoles(given['roles'], caller),
    expiresAt: parseExpiry(given['expires_at'], now),
  };
}

/** Left out: all roles of the caller's token. */
function parseRoles(roles: unknown, caller: CheckedToken): readonly RoleName[] {
  if (roles === undefined || roles === null || (Array.isArray(roles) && roles.length === 0)) return caller.roles;
  if (!Array.isArray(roles)) throw badRequest('roles must be a list of {"id": …} or {"name": …}.');
  return roles.map((role: unknown) => parseRole(role, caller));
}

function parseRole(role: unknown, caller: CheckedToken): RoleName {
  const { id, name = ROLES.find((known) => known.id === id)?.name } = (role ?? {}) as { id?: unknown; name?: unknown };
  if (!isRoleName(name)) throw notFound('role', String(id ?? name));
  if (!caller.roles.includes(name)) throw badRequest(`You do not have the role ${name} in this project.`);
  return name;
}

function parseExpiry(text: unknown, now: number): number | null {
  if (text === undefined || text === null) return null;
  // Keystone's times are UTC, with or without a Z.
  const form = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?$/;
  const time = typeof text === 'string' && form.test(text) ? Date.parse(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`) : NaN;
  if (Number.isNaN(time)) throw badRequest('expires_at must be a UTC time like 2030-01-31T12:00:00.');
  if (time <= now) throw badRequest('expires_at must be in the future.');
  return time;
}
