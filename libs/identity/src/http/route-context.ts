import type { FastifyRequest } from 'fastify';
import type { CheckedToken } from '../checked-token.js';
import type { EmbeddedIdentity } from '../embedded-identity.js';

/** What the routes share. */
export class RouteContext {
  constructor(
    readonly identity: EmbeddedIdentity,
    /** Where the identity is mounted, e.g. `/identity`. */
    readonly path: string,
  ) {}

  /** URL of the identity without a version. */
  get url(): string {
    return `${this.identity.publicEndpoint()}${this.path}`;
  }

  /** URL of `/v3`, for links. */
  get base(): string {
    return `${this.url}/v3`;
  }

  /** @throws DomainError of class unauthenticated */
  caller(request: FastifyRequest): CheckedToken {
    return this.identity.require(headerOf(request, 'x-auth-token'));
  }
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
