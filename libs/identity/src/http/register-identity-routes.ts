import { DomainError } from '@zun/domain';
import { silentLogger, type Logger } from '@zun/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmbeddedIdentity } from '../embedded-identity.js';
import { badRequest } from '../errors.js';
import { COLLECTIONS } from './collections.js';
import { sendKeystoneError } from './keystone-error.js';
import { registerReadRoutes } from './read-routes.js';
import { versionDocument } from './representations.js';
import { RouteContext } from './route-context.js';
import { registerTokenRoutes } from './token-routes.js';
import { registerUserRoutes } from './user-routes.js';

export interface IdentityRoutesOptions {
  /** Where to mount, e.g. `/identity`; clients then use `<endpoint>/identity/v3` as OS_AUTH_URL. */
  readonly prefix: string;
  readonly logger?: Logger;
}

/** The largest body of an identity request is a login. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Serves the identity over HTTP, in Keystone's forms. It keeps its own error format, body parser and answer for unknown
 * paths; nothing outside the prefix changes.
 */
export async function registerIdentityRoutes(
  fastify: FastifyInstance,
  identity: EmbeddedIdentity,
  { prefix, logger = silentLogger }: IdentityRoutesOptions,
): Promise<void> {
  const context = new RouteContext(identity, prefix);
  await fastify.register(
    async (scope) => {
      parseOnlyJson(scope);
      scope.setErrorHandler((error, _, reply) => sendKeystoneError(error, reply, context.url, logger));
      scope.setNotFoundHandler((request, reply) => sendKeystoneError(unknownRoute(request), reply, context.url, logger));
      registerDiscovery(scope, context);
      registerTokenRoutes(scope, context);
      registerUserRoutes(scope, context);
      registerReadRoutes(scope, context);
    },
    { prefix },
  );
}

function registerDiscovery(fastify: FastifyInstance, context: RouteContext): void {
  const all = async (_: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    reply.code(300).send({ versions: { values: [versionDocument(context.base)] } });
  const v3 = async (): Promise<unknown> => ({ version: versionDocument(context.base) });
  fastify.get('/', all);
  fastify.get('/v3', v3);
  fastify.get('/v3/', v3);
}

/** An empty body is fine: some clients name a content type with a DELETE. */
function parseOnlyJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(badRequest('The body is not valid JSON.'));
    }
  });
}

function unknownRoute({ method, url }: FastifyRequest): DomainError {
  const [path = ''] = url.split('?');
  const known = COLLECTIONS.some(({ plural }) => path.includes(`/v3/${plural}`));
  if (known && method !== 'GET') {
    const detail = 'The embedded identity is only read over HTTP; its users are managed on the machine of the API.';
    return new DomainError('method-not-allowed', 'method-not-allowed', detail);
  }
  return new DomainError('not-found', 'not-found', 'The resource could not be found.');
}
