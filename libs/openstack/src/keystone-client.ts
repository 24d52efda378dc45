import type { Config } from '@zun/config';
import { systemClock, type Clock } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import { HttpClient, type HttpResponse } from './http-client.js';
import { credentialsFrom } from './keystone-credentials.js';
import { keystoneAway, KeystoneSession, sendToKeystone } from './keystone-session.js';
import { parseTokenData, type TokenData } from './token-data.js';

/** Asks Keystone about the tokens of others. */
export class KeystoneClient {
  constructor(
    readonly session: KeystoneSession,
    private readonly http: HttpClient,
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

  /** Closes idle connections. */
  close(): void {
    this.http.close();
  }

  /** A 401 is about our own token first; one that remains after a new login is about the other. */
  private async ask(token: string, query: string): Promise<HttpResponse> {
    const own = await this.session.token();
    const response = await this.get(token, own, query);
    if (response.status !== 401) return response;
    this.session.drop(own);
    return this.get(token, await this.session.token(), query);
  }

  private get(token: string, own: string, query: string): Promise<HttpResponse> {
    return sendToKeystone(this.http, {
      method: 'GET',
      url: `${this.session.credentials.url}/auth/tokens?nocatalog${query}`,
      headers: { 'x-auth-token': own, 'x-subject-token': token },
    });
  }

  private cannotAsk(status: number): Error {
    this.logger.error({ status }, 'Keystone does not let this service check tokens; its user needs the role service or admin');
    return keystoneAway(new Error(`token check answered ${status}`));
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
  return new KeystoneClient(new KeystoneSession(credentials, http, logger, clock), http, logger);
}
