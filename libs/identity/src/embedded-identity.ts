import { systemClock, type Clock } from '@zun/domain';
import { silentLogger, type Logger } from '@zun/telemetry';
import { ApplicationCredentials } from './application-credentials.js';
import { parseAuthRequest } from './auth-request.js';
import { Authenticator } from './authenticator.js';
import { buildCatalog, type CatalogEntry } from './catalog.js';
import type { CheckedToken, TokenData } from './checked-token.js';
import { unauthorized } from './errors.js';
import { DEFAULT_DOMAIN } from './model.js';
import { verifyPassword } from './passwords.js';
import { UserStore } from './store/user-store.js';
import { TokenChecker } from './token-checker.js';
import { loadTokenKey } from './tokens/key-file.js';
import { TokenCodec } from './tokens/token-codec.js';

export interface EmbeddedIdentityOptions {
  readonly usersFile: string;
  readonly tokenKeyFile: string;
  /** Seconds. */
  readonly tokenExpiration: number;
  readonly regionName: string;
  /** URL of the API without a path, as its clients see it; a function when it is only known once the API listens. */
  readonly publicEndpoint: string | (() => string);
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** The part of Keystone v3 that stock clients need, on a file of users. Knows nothing of HTTP. */
export class EmbeddedIdentity {
  readonly store: UserStore;
  readonly applicationCredentials: ApplicationCredentials;
  private readonly codec: TokenCodec;
  private readonly checker: TokenChecker;
  private readonly authenticator: Authenticator;
  private readonly logger: Logger;

  /** @throws Error when the users file or the key file cannot be used */
  constructor(private readonly options: EmbeddedIdentityOptions) {
    const clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    this.store = new UserStore(options.usersFile, this.logger, clock);
    this.codec = new TokenCodec(loadTokenKey(options.tokenKeyFile));
    this.checker = new TokenChecker(this.codec, this.store, clock);
    this.authenticator = new Authenticator(this.store, this.checker, clock, options.tokenExpiration * 1000);
    this.applicationCredentials = new ApplicationCredentials(this.store, clock);
  }

  /**
   * Logs in.
   * @param body the body of `POST /v3/auth/tokens`
   * @throws DomainError of class unauthenticated, invalid, or unavailable under too many logins
   */
  async authenticate(body: unknown): Promise<{ token: string; checked: CheckedToken }> {
    const token = this.codec.encode(await this.authenticator.login(parseAuthRequest(body)));
    return { token, checked: this.require(token) };
  }

  /** @returns null when the token is not valid now */
  check(token: string, allowExpired = false): CheckedToken | null {
    return this.checker.check(token, allowExpired);
  }

  /** @throws DomainError of class unauthenticated when the token is not valid now */
  require(token: string | undefined): CheckedToken {
    const checked = token === undefined ? null : this.checker.check(token);
    if (!checked) throw unauthorized();
    return checked;
  }

  /** What another service wants to know of a token; null when it is not valid now. */
  validate(token: string, allowExpired = false): TokenData | null {
    const checked = this.checker.check(token, allowExpired);
    return checked && toTokenData(checked);
  }

  /** Grows whenever a token that was valid may no longer be. */
  revision(): number {
    return this.store.revision();
  }

  /** Whether there is a project of this id. */
  hasProject(id: string): boolean {
    return this.store.current().project(id) !== undefined;
  }

  /** The projects in which the user has a role. */
  projectsOf(userId: string): readonly { readonly id: string; readonly name: string }[] {
    return this.store.current().projectsOf(userId);
  }

  /** Ends a token; as in Keystone, those that were made from it live on. */
  async revoke({ claims }: CheckedToken): Promise<void> {
    await this.store.revoke({ audit_id: claims.auditIds[0] ?? '', expires_at: claims.expiresAt });
    this.logger.info({ userId: claims.userId }, 'token revoked');
  }

  /** @throws DomainError of class unauthenticated when the old password is wrong, invalid when the new one cannot be one */
  async changePassword(userId: string, original: string, password: string): Promise<void> {
    const hash = this.store.current().user(userId)?.password_hash;
    if (!(await verifyPassword(original, hash))) throw unauthorized();
    await this.store.setPassword(userId, password);
  }

  /** @param identityPath where the identity is mounted, e.g. `/identity` */
  catalog(identityPath: string): CatalogEntry[] {
    return buildCatalog(this.publicEndpoint(), identityPath, this.options.regionName);
  }

  publicEndpoint(): string {
    const { publicEndpoint } = this.options;
    return (typeof publicEndpoint === 'string' ? publicEndpoint : publicEndpoint()).replace(/\/+$/, '');
  }

  get region(): string {
    return this.options.regionName;
  }
}

function toTokenData({ claims, user, project, roles }: CheckedToken): TokenData {
  return {
    userId: user.id,
    userName: user.name,
    userDomainId: DEFAULT_DOMAIN.id,
    projectId: project?.id ?? null,
    projectName: project?.name ?? null,
    projectDomainId: project ? DEFAULT_DOMAIN.id : null,
    roles,
    expiresAt: claims.expiresAt,
  };
}
