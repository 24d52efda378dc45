import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { MAX_VERSION, MIN_VERSION } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import type { FastifyReply } from 'fastify';
import { LOGGER } from '../options.js';
import type { ApiRequest } from './api-call.js';
import { routerError, toHttpError, type HttpError } from './http-error.js';

export const WWW_AUTHENTICATE = Symbol('WwwAuthenticate');

/** Fastify's own errors have a status and a code such as FST_ERR_CTP_BODY_TOO_LARGE. */
function isFrameworkError(error: unknown): error is Error & { statusCode: number } {
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  return typeof statusCode === 'number' && typeof code === 'string' && code.startsWith('FST_');
}

/** Turns whatever a request failed with into the response. Nothing internal leaves; defects are logged. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    /** The value of the `WWW-Authenticate` header. */
    @Inject(WWW_AUTHENTICATE) private readonly wwwAuthenticate: string,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.respond(error, http.getRequest<ApiRequest>(), http.getResponse<FastifyReply>());
  }

  respond(error: unknown, request: ApiRequest, reply: FastifyReply): void {
    const { status, body, correlationId } = this.describe(error);
    if (correlationId) {
      this.logger.error(
        { err: error, correlationId, requestId: request.id, method: request.method, url: request.url },
        'a request failed',
      );
    }
    if (status === 401) reply.header('WWW-Authenticate', this.wwwAuthenticate);
    if (status === 406) {
      reply.removeHeader('OpenStack-API-Version');
      this.addVersionRange(error, reply);
    }
    void reply.code(status).header('content-type', 'application/json').send(JSON.stringify(body));
  }

  private describe(error: unknown): HttpError {
    if (error instanceof HttpException) return routerError(error.getStatus());
    if (isFrameworkError(error)) return routerError(error.statusCode, error.message);
    return toHttpError(error);
  }

  private addVersionRange(error: unknown, reply: FastifyReply): void {
    if ((error as { code?: string }).code !== 'microversion-unsupported') return;
    reply.header('OpenStack-API-Minimum-Version', `container ${MIN_VERSION.toString()}`);
    reply.header('OpenStack-API-Maximum-Version', `container ${MAX_VERSION.toString()}`);
    reply.header('vary', 'OpenStack-API-Version');
  }
}
