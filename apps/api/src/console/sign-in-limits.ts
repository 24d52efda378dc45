import type { RateLimitOptions } from '@fastify/rate-limit';
import { DomainError } from '@zun/domain';
import type { FastifyRequest } from 'fastify';
import { userNamedIn } from './sign-in-request.js';

const A_MINUTE_MS = 60_000;
const ATTEMPTS_A_MINUTE = 10;
const CHANGES_A_MINUTE = 60;

/** Slows down who guesses the password of one user. Behind a proxy all come from its address: others can still sign in. */
export const SIGN_IN_LIMIT: RateLimitOptions = {
  max: ATTEMPTS_A_MINUTE,
  timeWindow: A_MINUTE_MS,
  hook: 'preHandler',
  keyGenerator: ({ ip, body }: FastifyRequest) => `${ip} ${userNamedIn(body)}`,
  errorResponseBuilder: (_request, { ttl }) =>
    tooMany(`More than ${ATTEMPTS_A_MINUTE} attempts to sign in within a minute.`, ttl),
};

/** Each asks the identity service. */
export const PROJECT_CHANGE_LIMIT: RateLimitOptions = {
  max: CHANGES_A_MINUTE,
  timeWindow: A_MINUTE_MS,
  keyGenerator: ({ ip }: FastifyRequest) => ip,
  errorResponseBuilder: (_request, { ttl }) => tooMany(`More than ${CHANGES_A_MINUTE} changes within a minute.`, ttl),
};

function tooMany(what: string, ttlMs: number): DomainError {
  return new DomainError('too-many-requests', '', `${what} Try again in ${Math.max(1, Math.ceil(ttlMs / 1000))} s.`);
}
