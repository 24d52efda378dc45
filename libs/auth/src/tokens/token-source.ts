import type { TokenData } from '@zun/openstack';

export type { TokenData };

/** Knows which tokens are valid: Keystone, or the embedded identity. */
export interface TokenSource {
  /**
   * @param allowExpired also take a token that expired lately
   * @returns null when the token is not valid
   * @throws ServiceUnavailableError when it cannot be told
   */
  validate(token: string, allowExpired: boolean): Promise<TokenData | null> | TokenData | null;
  /** Grows whenever a token that was valid may no longer be. Left out by a source that cannot tell. */
  revision?(): number;
}

/** Checks tokens; what guards ask. */
export interface TokenValidator {
  /** @returns what is known of a token without asking anyone; undefined when that is nothing */
  peek(token: string): TokenData | undefined;
  /**
   * @returns null when the token is not valid
   * @throws ServiceUnavailableError when it cannot be told
   */
  validate(token: string, options?: { readonly allowExpired?: boolean }): Promise<TokenData | null>;
}

/** Dependency-injection token of the one validator of a process. */
export const TOKEN_VALIDATOR = Symbol('TokenValidator');
