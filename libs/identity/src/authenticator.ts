import { randomBytes } from 'node:crypto';
import type { Clock } from '@zun/domain';
import type { AuthRequest, LoginMethod, Ref, Scope } from './auth-request.js';
import { forbidden, unauthorized } from './errors.js';
import type { ApplicationCredentialRecord, UserRecord } from './model.js';
import { passwordStamp, verifyPassword } from './passwords.js';
import type { Snapshot } from './store/snapshot.js';
import type { UserStore } from './store/user-store.js';
import { credentialRoles, isExpired, type TokenChecker } from './token-checker.js';
import type { TokenClaims } from './tokens/token-codec.js';

/** Who proved to be whom, by one method. */
interface Proof {
  readonly user: UserRecord;
  readonly methods: readonly string[];
  /** Present when the login came by an application credential, which fixes the scope. */
  readonly credential?: ApplicationCredentialRecord;
  /** The token that the login was made with: the new one ends no later. */
  readonly parent?: TokenClaims;
}

/** Turns a login into the claims of a new token. */
export class Authenticator {
  constructor(
    private readonly store: UserStore,
    private readonly checker: TokenChecker,
    private readonly clock: Clock,
    private readonly lifetimeMs: number,
  ) {}

  /** @throws DomainError of class unauthenticated when the login fails, for whatever reason */
  async login({ methods, scope }: AuthRequest): Promise<TokenClaims> {
    const proofs: Proof[] = [];
    for (const method of methods) proofs.push(await this.prove(method));
    return this.claim(combine(proofs), scope);
  }

  private prove(method: LoginMethod): Promise<Proof> | Proof {
    switch (method.method) {
      case 'password':
        return this.provePassword(method.user, method.password);
      case 'token':
        return this.proveToken(method.token);
      case 'application_credential':
        return this.proveCredential(method.credential, method.secret);
    }
  }

  private async provePassword(ref: Ref, password: string): Promise<Proof> {
    const user = findUser(this.store.current(), ref);
    if (!(await verifyPassword(password, user?.password_hash)) || !user) throw unauthorized();
    return { user, methods: ['password'] };
  }

  private proveToken(token: string): Proof {
    const checked = this.checker.check(token);
    if (!checked) throw unauthorized();
    if (checked.applicationCredential) throw forbidden('identity:rescope_application_credential_token');
    return { user: checked.user, methods: ['token', ...checked.claims.methods], parent: checked.claims };
  }

  private async proveCredential(
    wanted: { readonly id: string } | { readonly name: string; readonly user: Ref },
    secret: string,
  ): Promise<Proof> {
    const snapshot = this.store.current();
    const credential = findCredential(snapshot, wanted);
    const matches = await verifyPassword(secret, credential?.secret_hash);
    const user = credential && snapshot.user(credential.user_id);
    if (!matches || !user || isExpired(credential, this.clock.now())) throw unauthorized();
    return { user, credential, methods: ['application_credential'] };
  }

  private claim({ user, methods, credential, parent }: Proof, scope: Scope): TokenClaims {
    const now = this.clock.now();
    const audit = randomBytes(16).toString('base64url');
    const endOfLogin = parent?.expiresAt ?? now + this.lifetimeMs;
    return {
      userId: user.id,
      projectId: credential ? this.credentialProject(credential, scope) : this.projectFor(user, scope),
      methods: [...new Set(methods)],
      auditIds: parent ? [audit, parent.auditIds.at(-1) ?? ''] : [audit],
      issuedAt: now,
      expiresAt: Math.min(endOfLogin, credential?.expires_at ?? Infinity),
      stamp: passwordStamp(user.password_hash),
      applicationCredentialId: credential?.id ?? null,
    };
  }

  private credentialProject(credential: ApplicationCredentialRecord, scope: Scope): string {
    const snapshot = this.store.current();
    const asked = scope.kind === 'project' ? findProject(snapshot, scope.project) : undefined;
    if (scope.kind === 'unscoped' || (scope.kind === 'project' && asked?.id !== credential.project_id)) throw unauthorized();
    if (!credentialRoles(credential, snapshot)) throw unauthorized();
    return credential.project_id;
  }

  private projectFor(user: UserRecord, scope: Scope): string | null {
    const snapshot = this.store.current();
    if (scope.kind === 'unscoped') return null;
    const wanted = scope.kind === 'project' ? findProject(snapshot, scope.project)?.id : user.default_project_id;
    const allowed = wanted && snapshot.project(wanted) && snapshot.rolesOf(user.id, wanted).length > 0;
    if (allowed) return wanted;
    if (scope.kind === 'project') throw unauthorized();
    return null;
  }
}

/** Several methods must all speak of one user. */
function combine(proofs: readonly Proof[]): Proof {
  const [first, ...others] = proofs;
  if (!first || others.some(({ user }) => user.id !== first.user.id)) throw unauthorized();
  const merged = others.reduce((all, proof) => ({ ...all, ...proof }), first);
  return { ...merged, methods: proofs.flatMap(({ methods }) => methods) };
}

function findUser(snapshot: Snapshot, ref: Ref): UserRecord | undefined {
  return 'id' in ref ? snapshot.user(ref.id) : snapshot.userNamed(ref.name);
}

function findProject(snapshot: Snapshot, ref: Ref): { readonly id: string } | undefined {
  return 'id' in ref ? snapshot.project(ref.id) : snapshot.projectNamed(ref.name);
}

function findCredential(
  snapshot: Snapshot,
  wanted: { readonly id: string } | { readonly name: string; readonly user: Ref },
): ApplicationCredentialRecord | undefined {
  if ('id' in wanted) return snapshot.applicationCredential(wanted.id);
  const user = findUser(snapshot, wanted.user);
  return user && snapshot.applicationCredentialsOf(user.id).find(({ name }) => name === wanted.name);
}
