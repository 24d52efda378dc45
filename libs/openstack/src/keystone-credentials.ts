import type { Config } from '@zun/config';

/** A domain by id or by name. */
export type DomainRef = { readonly id: string } | { readonly name: string };

/** Who a service is to Keystone. */
export interface KeystoneCredentials {
  /** Base URL ending in `/v3`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly userDomain: DomainRef;
  readonly project: { readonly name: string; readonly domain: DomainRef };
}

/**
 * Takes the login out of a section of the configuration.
 * @throws Error naming the options that are missing
 */
export function credentialsFrom(
  options: Config['keystone_authtoken'] | Config['keystone_auth'],
  section = 'keystone_authtoken',
): KeystoneCredentials {
  const { auth_url, username, password, project_name } = options;
  if (auth_url === null || username === null || password === null || project_name === null) {
    const missing = (['auth_url', 'username', 'password', 'project_name'] as const).filter((name) => options[name] === null);
    throw new Error(`[${section}] needs ${missing.join(', ')} to log in to Keystone`);
  }
  return {
    url: v3Url(auth_url),
    username,
    password,
    userDomain: domainRef(options.user_domain_id, options.user_domain_name),
    project: { name: project_name, domain: domainRef(options.project_domain_id, options.project_domain_name) },
  };
}

/** @returns the base of Keystone's v3 API for an auth URL with or without a version */
export function v3Url(authUrl: string): string {
  return `${authUrl.replace(/\/+$/, '').replace(/\/v(3|2\.0)$/, '')}/v3`;
}

/** Without either, Keystone's own first domain is meant. */
function domainRef(id: string | null, name: string | null): DomainRef {
  if (id !== null) return { id };
  return name === null ? { id: 'default' } : { name };
}
