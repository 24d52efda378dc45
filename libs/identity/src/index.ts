export type { CatalogEntry, Endpoint } from './catalog.js';
export type { CheckedToken, TokenData } from './checked-token.js';
export { EmbeddedIdentity, type EmbeddedIdentityOptions } from './embedded-identity.js';
export { registerIdentityRoutes, type IdentityRoutesOptions } from './http/register-identity-routes.js';
export { ROLE_NAMES, type RoleName } from './model.js';
export { generatePassword } from './passwords.js';
export { UserStore, type AddedUser, type ListedUser, type NewUser } from './store/user-store.js';
export { runUsersCli, type UsersCliOptions } from './users-cli.js';
