import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isAdmin } from '../checked-token.js';
import { forbidden, notFound } from '../errors.js';
import { COLLECTIONS, type Collection } from './collections.js';
import { roleAssignmentRows } from './role-assignments.js';
import type { RouteContext } from './route-context.js';
import { listBody, projectRow, type Row } from './representations.js';

type Query = Readonly<Record<string, string | undefined>>;
type WithId = { readonly Params: { readonly id: string } };

/** Users, projects and the like, to read. They are changed on the machine of the API, not over HTTP. */
export function registerReadRoutes(fastify: FastifyInstance, context: RouteContext): void {
  for (const collection of COLLECTIONS) registerCollection(fastify, context, collection);

  fastify.get<WithId>('/v3/users/:id/projects', async (request) => {
    const { id } = request.params;
    const caller = context.caller(request);
    if (!isAdmin(caller) && caller.user.id !== id) throw forbidden('identity:list_user_projects');
    const rows = context.identity.store
      .current()
      .projectsOf(id)
      .map((project) => projectRow(project, context.base));
    return listBody('projects', filtered(rows, request.query as Query), `${context.base}/users/${id}/projects`);
  });

  fastify.get('/v3/role_assignments', async (request: FastifyRequest) => {
    if (!isAdmin(context.caller(request))) throw forbidden('identity:list_role_assignments');
    const role_assignments = roleAssignmentRows(context, request.query as Query);
    return { role_assignments, links: { next: null, previous: null, self: `${context.base}/role_assignments` } };
  });
}

function registerCollection(fastify: FastifyInstance, context: RouteContext, collection: Collection): void {
  const { plural, singular, rows, mayList, mayGet } = collection;

  fastify.get(`/v3/${plural}`, async (request: FastifyRequest) => {
    if (!mayList(context.caller(request))) throw forbidden(`identity:list_${plural}`);
    return listBody(plural, filtered(rows(context), request.query as Query), `${context.base}/${plural}`);
  });

  fastify.get<WithId>(`/v3/${plural}/:id`, async (request) => {
    const { id } = request.params;
    if (!mayGet(context.caller(request), id)) throw forbidden(`identity:get_${singular}`);
    const found = rows(context).find((row) => row.id === id);
    if (!found) throw notFound(singular, id);
    return { [singular]: found };
  });
}

/** Keeps the rows that equal each query parameter that names one of their fields; as in Keystone, others are ignored. */
function filtered(rows: readonly Row[], query: Query): Row[] {
  return rows.filter((row) =>
    Object.entries(query).every(([name, value]) => {
      const field = row[name];
      if (typeof field === 'boolean') return field === /^(1|true|)$/i.test(value ?? '');
      return typeof field !== 'string' || field === value;
    }),
  );
}
