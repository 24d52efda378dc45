import type { Config } from '@zun/config';
import type { EmbeddedIdentity } from '@zun/identity';
import { createKeystoneClient } from '@zun/openstack';
import type { Logger } from '@zun/telemetry';
import { CachingTokenValidator } from './caching-token-validator.js';
import type { TokenValidator } from './token-source.js';

/**
 * Makes the validator that `[api] auth_strategy` asks for.
 * @param identity the embedded identity, for `embedded`
 * @throws Error naming options of `[keystone_authtoken]` that are missing
 */
export function createTokenValidator(config: Config, logger: Logger, identity?: EmbeddedIdentity): TokenValidator {
  if (config.api.auth_strategy === 'embedded') {
    if (!identity) throw new Error('[api] auth_strategy = embedded needs the embedded identity');
    return new CachingTokenValidator(identity);
  }
  const client = createKeystoneClient(config.keystone_authtoken, logger);
  return new CachingTokenValidator(client, { cacheTime: config.keystone_authtoken.token_cache_time });
}
