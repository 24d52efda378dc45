import type { Config } from '@zun/config';

/** Where the API mounts the embedded identity. */
export const IDENTITY_PATH = '/identity';

/**
 * The value of `WWW-Authenticate` on a 401: where a token can be had.
 * @param publicEndpoint URL of the API without a path, for the embedded identity
 */
export function wwwAuthenticate(config: Config, publicEndpoint: string): string {
  const { www_authenticate_uri, auth_url } = config.keystone_authtoken;
  const embedded = config.api.auth_strategy === 'embedded';
  const uri = embedded ? `${publicEndpoint.replace(/\/+$/, '')}${IDENTITY_PATH}` : (www_authenticate_uri ?? auth_url ?? '');
  return `Keystone uri="${uri}"`;
}
