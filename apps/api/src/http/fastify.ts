import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyServerOptions } from 'fastify';
import { routerError } from './http-error.js';
import { normalizeUrl } from './normalize-url.js';

export interface FastifyOptions {
  readonly maxBodyBytes: number;
  /** Certificate and key files, to serve HTTPS. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

/** The HTTP server, with everything that holds before any route: one form of paths, request ids, bodies as Zun reads them. */
export function createFastifyAdapter(options: FastifyOptions): FastifyAdapter {
  const server: FastifyServerOptions & { https?: object } = {
    bodyLimit: options.maxBodyBytes,
    exposeHeadRoutes: false,
    // Longer than any path: an ident of any length is looked for, and not found.
    routerOptions: { maxParamLength: 16_384 },
    genReqId: () => `req-${randomUUID()}`,
    forceCloseConnections: 'idle',
    rewriteUrl: (request) => normalizeUrl(request.url ?? '/'),
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const { status, body } = routerError(error.statusCode ?? 400, error.message);
      reply.header('x-openstack-request-id', request.id).header('content-type', 'application/json');
      void reply.code(status).send(JSON.stringify(body));
    },
    ...(options.tls ? { https: { cert: readFileSync(options.tls.certFile), key: readFileSync(options.tls.keyFile) } } : {}),
  };
  const adapter = new FastifyAdapter(server as FastifyHttpOptions<Server>);
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-openstack-request-id', request.id);
    done();
  });
  // Fastify adds a charset, which JSON does not have and Zun does not send.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.getHeader('content-type') === 'application/json; charset=utf-8') reply.header('content-type', 'application/json');
    done(null, payload);
  });
  readBodiesLeniently(fastify);
  return adapter;
}

/** JSON that cannot be read, and every other type, count as no body: the schema then says what is missing, as in Zun. */
function readBodiesLeniently(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (!request.headers['content-type']?.toLowerCase().startsWith('application/json')) return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(null, undefined);
    }
  });
}
