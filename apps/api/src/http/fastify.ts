import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { METHODS, type Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { refuseClient } from './client-error.js';
import { routerError } from './http-error.js';
import { normalizeUrl } from './normalize-url.js';
import { isJsonType, readJson } from './read-json.js';

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
      // No hooks run here; to the type of a text Fastify would add a charset.
      void reply.code(status).send(Buffer.from(JSON.stringify(body)));
    },
    clientErrorHandler: refuseClient,
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
  knowAllMethods(fastify);
  return adapter;
}

/** Every other type than JSON counts as no body, as in Zun. */
function readBodiesLeniently(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'string' }, async (request: FastifyRequest, body: string) =>
    isJsonType(request.headers['content-type']) ? readJson(body) : undefined,
  );
}

/** So that a method nobody has heard of is refused like a wrong one, and not before anybody asks for a token. */
function knowAllMethods(fastify: FastifyInstance): void {
  const known = new Set(fastify.supportedMethods);
  for (const method of METHODS) {
    if (!known.has(method) && method !== 'CONNECT') fastify.addHttpMethod(method, { hasBody: true });
  }
}
