import { ServiceUnavailableError, type Clock } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import type { TokenSource } from './glance.js';
import type { HttpClient, HttpResponse } from './http-client.js';
import type { KeystoneCredentials } from './keystone-credentials.js';

interface HeldToken {
  readonly token: string;
  /** Milliseconds since the epoch from which on it is no longer used. */
  readonly renewAt: number;
}

/** A token is renewed this long before it expires, so that one on its way does not expire there. */
const RENEW_BEFORE_MS = 60_000;

/** A service's own login: one token, renewed before it expires or when Keystone no longer takes it. */
export class KeystoneSession implements TokenSource {
  private held: HeldToken | undefined;
  private pending: Promise<string> | undefined;

  constructor(
    readonly credentials: KeystoneCredentials,
    private readonly http: HttpClient,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /** @throws ServiceUnavailableError when Keystone does not answer or refuses the login */
  async token(): Promise<string> {
    if (this.held && this.clock.now() < this.held.renewAt) return this.held.token;
    this.pending ??= this.login().finally(() => (this.pending = undefined));
    return this.pending;
  }

  /** Tells that Keystone refused a token that {@link token} gave; a newer one is kept. */
  drop(token: string): void {
    if (this.held?.token === token) this.held = undefined;
  }

  /**
   * Asks Keystone in this service's own name; once more, after a new login, when its token is no longer taken.
   * @param path below `/v3`
   * @throws ServiceUnavailableError when there is no answer, or one of 500 and above
   */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpResponse> {
    const url = `${this.credentials.url}${path}`;
    const send = (own: string): Promise<HttpResponse> =>
      sendToKeystone(this.http, { method: 'GET', url, headers: { 'x-auth-token': own, ...headers } });
    const own = await this.token();
    const response = await send(own);
    if (response.status !== 401) return response;
    this.drop(own);
    return send(await this.token());
  }

  /** Closes idle connections. */
  close(): void {
    this.http.close();
  }

  private async login(): Promise<string> {
    const response = await sendToKeystone(this.http, {
      method: 'POST',
      url: `${this.credentials.url}/auth/tokens?nocatalog`,
      body: loginBody(this.credentials),
    });
    const token = response.header('x-subject-token');
    if (response.status !== 201 || token === undefined) throw this.refused(response);
    this.held = { token, renewAt: this.renewalTime(response) };
    return token;
  }

  private renewalTime(response: HttpResponse): number {
    const { token } = response.json() as { token: { expires_at: string } };
    const now = this.clock.now();
    const lifetime = Date.parse(token.expires_at) - now;
    return now + Math.max(lifetime - RENEW_BEFORE_MS, lifetime / 2);
  }

  /** The tenant is told nothing of it; the operator is, because only they can mend it. */
  private refused({ status }: HttpResponse): ServiceUnavailableError {
    const { url, username } = this.credentials;
    this.logger.error({ status, url, username }, 'Keystone refuses the login of this service; check user, password, project');
    return keystoneAway(new Error(`login answered ${status}`));
  }
}

/** @throws ServiceUnavailableError when there is no answer, or one of 500 and above */
export async function sendToKeystone(http: HttpClient, request: Parameters<HttpClient['send']>[0]): Promise<HttpResponse> {
  let response: HttpResponse;
  try {
    response = await http.send(request);
  } catch (error) {
    throw keystoneAway(error);
  }
  if (response.status >= 500 || response.status === 429) throw keystoneAway(new Error(`answered ${response.status}`));
  return response;
}

/** @param cause for the log */
export function keystoneAway(cause: unknown): ServiceUnavailableError {
  return new ServiceUnavailableError('The identity service is not available at the moment. Please retry later.', cause);
}

function loginBody({ username, password, userDomain, project }: KeystoneCredentials): unknown {
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { name: username, password, domain: userDomain } } },
      scope: { project },
    },
  };
}
