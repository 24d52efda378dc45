import { STATUS_CODES } from 'node:http';
import { toDomainError, type ErrorClass } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import type { FastifyError, FastifyReply } from 'fastify';

const STATUS: Readonly<Record<ErrorClass, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'over-quota': 403,
  'too-many-requests': 429,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  timeout: 408,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  internal: 500,
  'not-implemented': 501,
  unavailable: 503,
};

/**
 * Answers with an error as Keystone writes it: `{"error": {"code", "title", "message"}}`.
 * @param identityUrl for `WWW-Authenticate`
 */
export function sendKeystoneError(error: unknown, reply: FastifyReply, identityUrl: string, logger: Logger): void {
  const { status, message } = describe(error);
  if (status >= 500) logger.error({ err: error }, 'identity request failed');
  if (status === 401) void reply.header('www-authenticate', `Keystone uri="${identityUrl}"`);
  void reply.code(status).send({ error: { code: status, title: STATUS_CODES[status] ?? 'Error', message } });
}

function describe(error: unknown): { status: number; message: string } {
  const { statusCode, message } = (error ?? {}) as Partial<FastifyError>;
  // Fastify's own errors about the body: too large, not JSON.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return { status: statusCode, message: message ?? '' };
  const { errorClass, detail } = toDomainError(error);
  return { status: STATUS[errorClass], message: detail };
}
