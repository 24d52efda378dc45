import 'reflect-metadata';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { RequestContext } from '@zun/domain';
import type { FastifyRequest } from 'fastify';
import { TOKEN_VALIDATOR, type TokenData, type TokenValidator } from '../tokens/token-source.js';
import { PUBLIC_KEY } from './public.decorator.js';
import { UnauthenticatedError } from './unauthenticated-error.js';

/** How the tokens of services are judged: `[keystone_authtoken] service_token_roles…`. */
export interface ServiceTokenOptions {
  readonly roles: readonly string[];
  readonly required: boolean;
}

/** Dependency-injection token of {@link ServiceTokenOptions}. */
export const SERVICE_TOKEN_OPTIONS = Symbol('ServiceTokenOptions');

/** A request that a {@link KeystoneGuard} let pass. */
export type AuthenticatedRequest = FastifyRequest & { context: RequestContext };

/**
 * Lets a request pass with a valid token in `X-Auth-Token`, and puts who asks into `request.context`.
 * The request's own id becomes that of the context; the API makes it `req-<uuid>`.
 */
@Injectable()
export class KeystoneGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(
    @Inject(TOKEN_VALIDATOR) private readonly validator: TokenValidator,
    @Inject(SERVICE_TOKEN_OPTIONS) private readonly serviceTokens: ServiceTokenOptions,
  ) {}

  /** @throws UnauthenticatedError; ServiceUnavailableError when Keystone is away and does not know the token */
  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    if (this.isPublic(execution)) return true;
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const token = headerOf(request, 'x-auth-token');
    if (!token) throw new UnauthenticatedError();
    const serviceToken = headerOf(request, 'x-service-token');
    const known = serviceToken === undefined ? this.validator.peek(token) : undefined;
    return known ? attach(request, known) : this.validate(request, token, serviceToken);
  }

  private async validate(request: FastifyRequest, token: string, serviceToken: string | undefined): Promise<boolean> {
    const allowExpired = serviceToken !== undefined && (await this.isTrustedService(serviceToken));
    const data = await this.validator.validate(token, { allowExpired });
    if (!data) throw new UnauthenticatedError();
    return attach(request, data);
  }

  /** As in keystonemiddleware: a service token that is there must be valid; one with the right role carries an expired user. */
  private async isTrustedService(serviceToken: string): Promise<boolean> {
    const data = await this.validator.validate(serviceToken);
    const trusted = data?.roles.some((role) => this.serviceTokens.roles.includes(role)) ?? false;
    if (!data || (this.serviceTokens.required && !trusted)) throw new UnauthenticatedError();
    return trusted;
  }

  private isPublic(execution: ExecutionContext): boolean {
    const targets = [execution.getHandler(), execution.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, targets) ?? false;
  }
}

/** @returns the context of a caller, for a request of this id */
export function toRequestContext(data: TokenData, requestId: string): RequestContext {
  const { userId, userName, userDomainId, projectId, projectName, projectDomainId, roles } = data;
  return { requestId, userId, userName, userDomainId, projectId, projectName, projectDomainId, roles };
}

function attach(request: FastifyRequest, data: TokenData): true {
  (request as { context?: RequestContext }).context = toRequestContext(data, request.id);
  return true;
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
