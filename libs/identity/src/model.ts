/** The one domain there is, as a fresh Keystone has it. */
export const DEFAULT_DOMAIN = { id: 'default', name: 'Default' } as const;

export const ROLE_NAMES = ['admin', 'member', 'reader', 'service'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** Roles have fixed ids, so that a credential kept by its role's id survives a new users file. */
export const ROLES: readonly { readonly id: string; readonly name: RoleName }[] = [
  { id: '0a9b1c6be60f4c2ba7a3b0d4a5c1e001', name: 'admin' },
  { id: '0a9b1c6be60f4c2ba7a3b0d4a5c1e002', name: 'member' },
  { id: '0a9b1c6be60f4c2ba7a3b0d4a5c1e003', name: 'reader' },
  { id: '0a9b1c6be60f4c2ba7a3b0d4a5c1e004', name: 'service' },
];

/** As Keystone's bootstrap sets them up: who may do more may also do less. */
const IMPLIED: Readonly<Record<RoleName, readonly RoleName[]>> = {
  admin: ['admin', 'member', 'reader'],
  member: ['member', 'reader'],
  reader: ['reader'],
  service: ['service'],
};

/** @returns the roles with those they imply, in the order of {@link ROLE_NAMES} */
export function effectiveRoles(assigned: Iterable<RoleName>): RoleName[] {
  const all = new Set([...assigned].flatMap((role) => IMPLIED[role]));
  return ROLE_NAMES.filter((role) => all.has(role));
}

export function isRoleName(name: unknown): name is RoleName {
  return ROLE_NAMES.some((role) => role === name);
}

export function roleByName(name: RoleName): (typeof ROLES)[number] {
  const role = ROLES.find((candidate) => candidate.name === name);
  if (!role) throw new Error(`no role ${name}`);
  return role;
}

// Records are stored as they stand here, hence the names of the file.

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly password_hash: string;
  /** The scope of a login that names none. */
  readonly default_project_id: string | null;
}

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
}

export interface AssignmentRecord {
  readonly user_id: string;
  readonly project_id: string;
  readonly role: RoleName;
}

export interface ApplicationCredentialRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly user_id: string;
  readonly project_id: string;
  readonly roles: readonly RoleName[];
  readonly secret_hash: string;
  /** Milliseconds since the epoch; null is for ever. */
  readonly expires_at: number | null;
  /** May itself manage application credentials. */
  readonly unrestricted: boolean;
}

export interface RevokedTokenRecord {
  readonly audit_id: string;
  /** Milliseconds since the epoch; forgotten afterwards, as the token is invalid by then. */
  readonly expires_at: number;
}

/** All that the users file holds. */
export interface IdentityData {
  readonly version: 1;
  readonly users: readonly UserRecord[];
  readonly projects: readonly ProjectRecord[];
  readonly assignments: readonly AssignmentRecord[];
  readonly application_credentials: readonly ApplicationCredentialRecord[];
  readonly revoked_tokens: readonly RevokedTokenRecord[];
}

export const EMPTY_DATA: IdentityData = {
  version: 1,
  users: [],
  projects: [],
  assignments: [],
  application_credentials: [],
  revoked_tokens: [],
};
