import type { Config } from '@zun/config';
import { DomainError, systemClock, type Clock } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import { HttpClient, type HttpResponse } from './http-client.js';
import { credentialsFrom } from './keystone-credentials.js';
import { isKeystoneError } from './keystone-error.js';
import { keystoneAway, KeystoneSession } from './keystone-session.js';
import { parseTokenData, type TokenData } from './token-data.js';

/** Asks Keystone about the tokens of others, and which projects there are. */
export class KeystoneClient {
  constructor(
    readonly session: KeystoneSession,
    private readonly logger: Logger,
  ) {}

  /**
   * Checks a token (`GET /v3/auth/tokens`), with this service's own one.
   * @param allowExpired also take one that expired lately, for a service that works on for its user
   * @returns null when the token is not valid (never was, expired, revoked)
   * @throws ServiceUnavailableError when Keystone cannot tell
   */
  async validate(token: string, allowExpired = false): Promise<TokenData | null> {
    const response = await this.ask(token, allowExpired ? '&allow_expired=1' : '');
    if (response.status === 404 || response.status === 401) return null;
    if (response.status !== 200) throw this.cannotAsk(response.status);
    return this.parse(response);
  }

  /**
   * The ids of the projects of all domains, disabled ones included (`GET /v3/projects`). Keystone may give fewer than there are, as its
   * `list_limit` or its policy says: one that is missing is asked for with {@link hasProject}.
   * @throws ServiceUnavailableError when Keystone cannot tell; DomainError of class conflict when it may not tell this service
   */
  async listProjects(): Promise<ReadonlySet<string>> {
    const response = await this.getAsAdmin('/projects');
    if (response.status !== 200) throw this.cannotAskForProjects(response.status);
    try {
      return new Set((response.json() as { projects: { id: string }[] }).projects.map(({ id }) => id));
    } catch (error) {
      this.logger.error({ err: error }, 'Keystone gave an answer that is no list of projects');
      throw keystoneAway(error);
    }
  }

  /**
   * Whether there is a project of this id; only Keystone's own 404 says that there is none. Domains count as projects.
   * @throws as {@link listProjects}
   */
  async hasProject(id: string): Promise<boolean> {
    // No id of Keystone's, and a path of its own meaning.
    if (/^\.{0,2}$/.test(id)) return false;
    const response = await this.getAsAdmin(`/projects/${encodeURIComponent(id)}`);
    if (response.status === 200) return true;
    if (response.status === 404 && isKeystoneError(response)) return false;
    throw this.cannotAskForProjects(response.status);
  }

  /** Closes idle connections. */
  close(): void {
    this.session.close();
  }

  /** A 401 is about our own token first; one that remains after a new login is about the other. */
  private ask(token: string, query: string): Promise<HttpResponse> {
    return this.session.get(`/auth/tokens?nocatalog${query}`, { 'x-subject-token': token });
  }

  /** A refusal may be as old as our token: who is given the role meanwhile has it with the next. */
  private async getAsAdmin(path: string): Promise<HttpResponse> {
    const own = await this.session.token();
    const response = await this.session.get(path);
    if (response.status !== 403) return response;
    this.session.drop(own);
    return this.session.get(path);
  }

  private cannotAsk(status: number): Error {
    this.logger.error({ status }, 'Keystone does not let this service check tokens; its user needs the role service or admin');
    return keystoneAway(new Error(`token check answered ${status}`));
  }

  private cannotAskForProjects(status: number): Error {
    const { username } = this.session.credentials;
    this.logger.error({ status, username }, 'Keystone does not tell this service of projects; its user needs the role admin');
    if (status !== 403) return keystoneAway(new Error(`projects answered ${status}`));
    const detail = `The identity service does not tell which projects exist: user ${username} of [keystone_authtoken] needs the role admin.`;
    return new DomainError('conflict', 'projects-unknown', detail);
  }

  private parse(response: HttpResponse): TokenData {
    try {
      return parseTokenData(response.json());
    } catch (error) {
      this.logger.error({ err: error }, 'Keystone gave an answer that is no token');
      throw keystoneAway(error);
    }
  }
}

/**
 * Makes the client that checks callers' tokens, from `[keystone_authtoken]`.
 * @throws Error naming options that are missing, or a `cafile` that cannot be read
 */
export function createKeystoneClient(
  options: Config['keystone_authtoken'],
  logger: Logger,
  clock: Clock = systemClock,
): KeystoneClient {
  const credentials = credentialsFrom(options);
  const timeoutMs = options.http_connect_timeout * 1000;
  const http = new HttpClient({ timeoutMs, cafile: options.cafile, insecure: options.insecure });
  return new KeystoneClient(new KeystoneSession(credentials, http, logger, clock), logger);
}
