import type { ApplicationCredentialRecord, ProjectRecord, RoleName, UserRecord } from './model.js';
import type { TokenClaims } from './tokens/token-codec.js';

/** A token that is valid now, with what it stands for. */
export interface CheckedToken {
  readonly claims: TokenClaims;
  readonly user: UserRecord;
  /** Null without project scope. */
  readonly project: ProjectRecord | null;
  /** Empty without project scope. */
  readonly roles: readonly RoleName[];
  readonly applicationCredential: ApplicationCredentialRecord | null;
}

/** What another service needs to know of a token. */
export interface TokenData {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string | null;
  readonly projectId: string | null;
  readonly projectName: string | null;
  readonly projectDomainId: string | null;
  readonly roles: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Anything that a user of the identity may ask of it depends on this. */
export function isAdmin({ roles }: CheckedToken): boolean {
  return roles.includes('admin');
}
