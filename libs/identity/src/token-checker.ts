import type { Clock } from '@zun/domain';
import type { CheckedToken } from './checked-token.js';
import { passwordStamp } from './passwords.js';
import type { ApplicationCredentialRecord, RoleName, UserRecord } from './model.js';
import type { Snapshot } from './store/snapshot.js';
import type { UserStore } from './store/user-store.js';
import type { TokenClaims, TokenCodec } from './tokens/token-codec.js';

/** How long after its end a token is still accepted from a service that works on for its user. As in Keystone. */
const EXPIRED_WINDOW_MS = 48 * 3_600_000;

/** Says whether a token is valid now, against the newest users file. */
export class TokenChecker {
  constructor(
    private readonly codec: TokenCodec,
    private readonly store: UserStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param allowExpired also take one that ended in the last two days
   * @returns null when it is not valid: not ours, expired, revoked, or what it stands on is gone
   */
  check(token: string, allowExpired = false): CheckedToken | null {
    const claims = this.codec.decode(token);
    if (!claims || this.clock.now() >= claims.expiresAt + (allowExpired ? EXPIRED_WINDOW_MS : 0)) return null;
    const snapshot = this.store.current();
    if (snapshot.isRevoked(claims.auditIds[0] ?? '')) return null;
    const user = snapshot.user(claims.userId);
    if (!user) return null;
    return claims.applicationCredentialId === null
      ? checkPasswordToken(claims, user, snapshot)
      : checkCredentialToken(claims, user, snapshot, this.clock.now());
  }
}

function checkPasswordToken(claims: TokenClaims, user: UserRecord, snapshot: Snapshot): CheckedToken | null {
  if (passwordStamp(user.password_hash) !== claims.stamp) return null;
  if (claims.projectId === null) return { claims, user, project: null, roles: [], applicationCredential: null };
  const project = snapshot.project(claims.projectId);
  const roles = snapshot.rolesOf(user.id, claims.projectId);
  return project && roles.length > 0 ? { claims, user, project, roles, applicationCredential: null } : null;
}

function checkCredentialToken(claims: TokenClaims, user: UserRecord, snapshot: Snapshot, now: number): CheckedToken | null {
  const credential = snapshot.applicationCredential(claims.applicationCredentialId ?? '');
  if (!credential || isExpired(credential, now)) return null;
  const project = snapshot.project(credential.project_id);
  const roles = credentialRoles(credential, snapshot);
  return project && roles ? { claims, user, project, roles, applicationCredential: credential } : null;
}

export function isExpired({ expires_at }: ApplicationCredentialRecord, now: number): boolean {
  return expires_at !== null && now >= expires_at;
}

/** @returns null when its user has lost one of its roles: as in Keystone, it is then worth nothing */
export function credentialRoles(credential: ApplicationCredentialRecord, snapshot: Snapshot): readonly RoleName[] | null {
  const held = snapshot.rolesOf(credential.user_id, credential.project_id);
  return credential.roles.every((role) => held.includes(role)) ? credential.roles : null;
}
