import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAdmin, type CheckedToken } from '../checked-token.js';
import { forbidden, notFound } from '../errors.js';
import { headerOf, type RouteContext } from './route-context.js';
import { listBody, projectRow, tokenBody } from './representations.js';

type Query = { readonly Querystring: Readonly<Record<string, string | undefined>> };

/** `/v3/auth/…`: logging in, asking about a token, ending it. */
export function registerTokenRoutes(fastify: FastifyInstance, context: RouteContext): void {
  const { identity } = context;

  fastify.post<Query>('/v3/auth/tokens', async (request, reply) => {
    const { token, checked } = await identity.authenticate(request.body);
    return reply
      .code(201)
      .headers(tokenHeaders(token))
      .send(bodyFor(request, checked, context));
  });

  fastify.get<Query>('/v3/auth/tokens', async (request, reply) => {
    const { token, checked } = subjectOf(request, context, 'identity:validate_token');
    return reply.headers(tokenHeaders(token)).send(bodyFor(request, checked, context));
  });

  fastify.delete<Query>('/v3/auth/tokens', async (request, reply) => {
    await identity.revoke(subjectOf(request, context, 'identity:revoke_token').checked);
    return reply.code(204).send();
  });

  fastify.get('/v3/auth/catalog', async (request: FastifyRequest) => {
    if (!context.caller(request).project) throw forbidden('identity:get_auth_catalog');
    return { catalog: identity.catalog(context.path), links: { self: `${context.base}/auth/catalog` } };
  });

  fastify.get('/v3/auth/projects', async (request: FastifyRequest) => {
    const projects = identity.store.current().projectsOf(context.caller(request).user.id);
    const rows = projects.map((project) => projectRow(project, context.base));
    return listBody('projects', rows, `${context.base}/auth/projects`);
  });

  // Nobody has a role on the domain or the system, which clients may ask for before they choose a scope.
  fastify.get('/v3/auth/domains', async (request: FastifyRequest) => {
    context.caller(request);
    return listBody('domains', [], `${context.base}/auth/domains`);
  });

  fastify.get('/v3/auth/system', async (request: FastifyRequest, reply: FastifyReply) => {
    context.caller(request);
    return reply.send({ system: [], links: { self: `${context.base}/auth/system` } });
  });
}

/** Everyone may ask about their own tokens; about those of others, admins and services. */
function subjectOf(
  request: FastifyRequest<Query>,
  context: RouteContext,
  action: string,
): { token: string; checked: CheckedToken } {
  const caller = context.caller(request);
  const token = headerOf(request, 'x-subject-token') ?? '';
  const mayAskAll = isAdmin(caller) || (action === 'identity:validate_token' && caller.roles.includes('service'));
  const allowExpired = mayAskAll && ['1', 'true', 'True'].includes(request.query['allow_expired'] ?? '');
  const checked = context.identity.check(token, allowExpired);
  if (!checked) throw notFound('token', '****');
  if (checked.user.id !== caller.user.id && !mayAskAll) throw forbidden(action);
  return { token, checked };
}

function bodyFor(request: FastifyRequest<Query>, checked: CheckedToken, { identity, path }: RouteContext): unknown {
  const wantsCatalog = request.query['nocatalog'] === undefined;
  return tokenBody(checked, wantsCatalog ? identity.catalog(path) : undefined);
}

function tokenHeaders(token: string): Record<string, string> {
  return { 'x-subject-token': token, vary: 'X-Auth-Token' };
}
