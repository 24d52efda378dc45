/** Who asks, from a checked token. Passed first to every operation made on a tenant's behalf. */
export interface RequestContext {
  /** `req-<uuid>`; also the id of the action that the request starts. */
  readonly requestId: string;
  readonly userId: string;
  /** Null for a token without project scope. */
  readonly projectId: string | null;
  readonly roles: readonly string[];
  readonly userDomainId: string | null;
  readonly projectDomainId: string | null;
  readonly userName: string | null;
  readonly projectName: string | null;
}
