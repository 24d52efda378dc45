import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Operation, Params } from '@zun/api-schema';
import type { Microversion, RequestContext } from '@zun/domain';
import type { FastifyRequest } from 'fastify';

/** One checked request: who, what, at which version, with which parameters. */
export interface ApiCall {
  readonly operation: Operation;
  readonly context: RequestContext;
  /** The caller's own, for asking other services in their name. */
  readonly token: string;
  readonly version: Microversion;
  /** Query parameters, and for most operations those of a JSON body. */
  readonly params: Params;
  /** The JSON body of operations that have one of their own. */
  readonly body: Params;
  /** `scheme://host` as the client knows us: the base of links. */
  readonly origin: string;
}

/** What the hooks and guards put on a request. */
export interface ApiRequest extends FastifyRequest {
  context?: RequestContext;
  call?: ApiCall;
}

/** The checked request, as a handler's parameter. */
export const Call = createParamDecorator((_data: unknown, host: ExecutionContext): ApiCall => {
  return host.switchToHttp().getRequest<ApiRequest>().call!;
});

/** What operations without a result answer. */
export const NULL = 'null';
