import type { Config } from '@zun/config';
import { HttpClient, type HttpResponse } from './http-client.js';
import { v3Url } from './keystone-credentials.js';
import { isKeystoneError } from './keystone-error.js';
import { keystoneAway, sendToKeystone } from './keystone-session.js';
import { parseTokenData, type TokenData } from './token-data.js';

/** A project as Keystone lists it. */
export interface ListedProject {
  readonly id: string;
  readonly name: string;
  readonly domainId: string | null;
}

/** Asks Keystone in the name of its users: for tokens, and for what these are good for. */
export class KeystoneLogin {
  constructor(
    /** Base URL ending in `/v3`. */
    private readonly url: string,
    private readonly http: HttpClient,
  ) {}

  /**
   * @param body that of `POST /v3/auth/tokens`
   * @returns null when Keystone refuses it, for whatever reason
   * @throws ServiceUnavailableError when Keystone cannot tell
   */
  async issue(body: unknown): Promise<{ token: string; data: TokenData } | null> {
    const url = `${this.url}/auth/tokens?nocatalog`;
    const response = await sendToKeystone(this.http, { method: 'POST', url, body });
    const token = response.header('x-subject-token');
    if (response.status !== 201 || token === undefined) return refused(response);
    return { token, data: read(() => parseTokenData(response.json())) };
  }

  /**
   * The projects in which the token's user has a role (`GET /v3/auth/projects`).
   * @returns null when the token is not valid
   * @throws ServiceUnavailableError when Keystone cannot tell
   */
  async projects(token: string): Promise<readonly ListedProject[] | null> {
    const request = { method: 'GET', url: `${this.url}/auth/projects`, headers: { 'x-auth-token': token } } as const;
    const response = await sendToKeystone(this.http, request);
    if (response.status !== 200) return refused(response);
    type Listed = { projects: { id: string; name: string; domain_id?: string; enabled?: boolean }[] };
    const { projects } = read(() => response.json() as Listed);
    return projects
      .filter(({ enabled }) => enabled !== false)
      .map(({ id, name, domain_id }) => ({ id, name, domainId: domain_id ?? null }));
  }

  /**
   * Ends a token; one that is not valid has ended.
   * @throws ServiceUnavailableError when Keystone does not answer
   */
  async revoke(token: string): Promise<void> {
    const headers = { 'x-auth-token': token, 'x-subject-token': token };
    await sendToKeystone(this.http, { method: 'DELETE', url: `${this.url}/auth/tokens`, headers });
  }
}

/** Of a token that was revoked Keystone says that it cannot be found. */
function refused(response: HttpResponse): null {
  const { status } = response;
  if ([400, 401, 403].includes(status) || (status === 404 && isKeystoneError(response))) return null;
  throw keystoneAway(new Error(`answered ${status}`));
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw keystoneAway(error);
  }
}

/** @throws Error when `auth_url` is missing, or a `cafile` cannot be read */
export function createKeystoneLogin(options: Config['keystone_authtoken']): KeystoneLogin {
  const { auth_url, cafile, insecure, http_connect_timeout } = options;
  if (auth_url === null) throw new Error('[keystone_authtoken] needs auth_url to log in to Keystone');
  return new KeystoneLogin(v3Url(auth_url), new HttpClient({ timeoutMs: http_connect_timeout * 1000, cafile, insecure }));
}
