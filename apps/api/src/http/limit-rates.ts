import { createHash } from 'node:crypto';
import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { DomainError } from '@zun/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Whoever watches the service must not be kept away by its load. */
const EXEMPT = '/healthcheck';
/** Tokens that are counted at a time; beyond, the one longest unused begins anew. */
const REMEMBERED = 100_000;

export interface RateLimit {
  /** Answered within the window; 0: any number. */
  readonly requests: number;
  /** Seconds. */
  readonly windowS: number;
}

/**
 * Refuses what one token asks for beyond the limit, before anything else is done about it: 429 with `Retry-After`, in Zun's envelope. Every
 * answer tells what is left, in the headers `x-ratelimit-*`.
 */
export async function limitRates(adapter: FastifyAdapter, { requests, windowS }: RateLimit): Promise<void> {
  const fastify = adapter.getInstance<FastifyInstance>();
  await fastify.register(fastifyRateLimit, {
    // Else only what routes have of their own.
    global: requests > 0,
    max: requests,
    timeWindow: windowS * 1000,
    cache: REMEMBERED,
    keyGenerator: askerOf,
    allowList: (request) => request.url === EXEMPT,
    errorResponseBuilder: (_request, { ttl }) =>
      new DomainError(
        'too-many-requests',
        '',
        `More than ${requests} requests in ${windowS} s. Ask again in ${Math.max(1, Math.ceil(ttl / 1000))} s.`,
      ),
  });
}

/** Tokens are not kept: what they hash to is. */
function askerOf({ headers, ip }: FastifyRequest): string {
  const token = headers['x-auth-token'];
  return typeof token === 'string' && token !== '' ? createHash('sha256').update(token).digest('base64') : ip;
}
