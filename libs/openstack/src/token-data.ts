/** What Keystone says of a valid token. */
export interface TokenData {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string | null;
  /** Null for a token without project scope. */
  readonly projectId: string | null;
  readonly projectName: string | null;
  readonly projectDomainId: string | null;
  readonly roles: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

interface WireToken {
  readonly token: {
    readonly user: Named & { readonly domain?: Named };
    readonly project?: Named & { readonly domain?: Named };
    readonly roles?: readonly Named[];
    readonly expires_at: string;
  };
}

/** @throws TypeError or RangeError when the body is not a token of Keystone v3 */
export function parseTokenData(body: unknown): TokenData {
  const { user, project, roles = [], expires_at } = (body as WireToken).token;
  const expiresAt = Date.parse(expires_at);
  if (Number.isNaN(expiresAt)) throw new RangeError(`expires_at is not a time: ${expires_at}`);
  return {
    userId: user.id,
    userName: user.name,
    userDomainId: user.domain?.id ?? null,
    projectId: project?.id ?? null,
    projectName: project?.name ?? null,
    projectDomainId: project?.domain?.id ?? null,
    roles: roles.map(({ name }) => name),
    expiresAt,
  };
}
