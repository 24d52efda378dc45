import type { FastifyInstance } from 'fastify';
import { badRequest } from '../errors.js';
import type { RouteContext } from './route-context.js';
import { credentialRow, listBody } from './representations.js';

type OfUser = {
  readonly Params: { readonly user: string };
  readonly Querystring: Readonly<Record<string, string | undefined>>;
};
type OneOfUser = { readonly Params: { readonly user: string; readonly id: string } };

/** What a user may change of their own: application credentials, the password. */
export function registerUserRoutes(fastify: FastifyInstance, context: RouteContext): void {
  const credentials = context.identity.applicationCredentials;
  const collection = '/v3/users/:user/application_credentials';

  fastify.post<OfUser>(collection, async (request, reply) => {
    const body = objectIn(request.body, 'application_credential');
    const { credential, secret } = await credentials.create(context.caller(request), request.params.user, body);
    return reply.code(201).send({ application_credential: { ...credentialRow(credential, context.base), secret } });
  });

  fastify.get<OfUser>(collection, async (request) => {
    const { user } = request.params;
    const found = credentials.list(context.caller(request), user, request.query['name']);
    const rows = found.map((credential) => credentialRow(credential, context.base));
    return listBody('application_credentials', rows, `${context.base}/users/${user}/application_credentials`);
  });

  fastify.get<OneOfUser>(`${collection}/:id`, async (request) => {
    const { user, id } = request.params;
    return { application_credential: credentialRow(credentials.get(context.caller(request), user, id), context.base) };
  });

  fastify.delete<OneOfUser>(`${collection}/:id`, async (request, reply) => {
    const { user, id } = request.params;
    await credentials.remove(context.caller(request), user, id);
    return reply.code(204).send();
  });

  // No token needed: the old password is the proof, as in Keystone.
  fastify.post<OfUser>('/v3/users/:user/password', async (request, reply) => {
    const { original_password, password } = objectIn(request.body, 'user');
    if (typeof original_password !== 'string') throw badRequest('user.original_password must be a string.');
    if (typeof password !== 'string') throw badRequest('user.password must be a string.');
    await context.identity.changePassword(request.params.user, original_password, password);
    return reply.code(204).send();
  });
}

function objectIn(body: unknown, name: string): Readonly<Record<string, unknown>> {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'object' || value === null) throw badRequest(`${name} must be an object.`);
  return value as Readonly<Record<string, unknown>>;
}
