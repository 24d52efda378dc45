export {
  KeystoneGuard,
  SERVICE_TOKEN_OPTIONS,
  toRequestContext,
  type AuthenticatedRequest,
  type ServiceTokenOptions,
} from './http/keystone.guard.js';
export { Public } from './http/public.decorator.js';
export { UnauthenticatedError, unauthorizedBody } from './http/unauthenticated-error.js';
export { IDENTITY_PATH, wwwAuthenticate } from './http/www-authenticate.js';
export { DEFAULT_RULES, type PolicyRule } from './policy/catalogue.js';
export { PolicyFileError } from './policy/policy-file.js';
export { Policy, type PolicyOptions } from './policy/policy.js';
export type { Target } from './policy/rule-compiler.js';
export { CachingTokenValidator, type TokenCacheOptions } from './tokens/caching-token-validator.js';
export { createTokenValidator } from './tokens/create-token-validator.js';
export { TOKEN_VALIDATOR, type TokenData, type TokenSource, type TokenValidator } from './tokens/token-source.js';
export { createSignIn } from './sign-in/create-sign-in.js';
export { SIGN_IN, SignIn, type SignInRequest, type UserSession } from './sign-in/sign-in.js';
export { createProjectDirectory, PROJECT_DIRECTORY, type ProjectDirectory } from './projects/project-directory.js';
