import type { Config } from '@zun/config';
import type { EmbeddedIdentity } from '@zun/identity';
import { createKeystoneLogin } from '@zun/openstack';
import { EmbeddedIssuer } from './embedded-issuer.js';
import { SignIn } from './sign-in.js';

/**
 * Makes the sign-in that `[api] auth_strategy` asks for.
 * @param identity the embedded identity, for `embedded`
 * @throws Error naming options of `[keystone_authtoken]` that are missing
 */
export function createSignIn(config: Config, identity?: EmbeddedIdentity): SignIn {
  return new SignIn(identity ? new EmbeddedIssuer(identity) : createKeystoneLogin(config.keystone_authtoken));
}
