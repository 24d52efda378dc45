import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { apiOperations, ParamsValidator, type Operation, type Params } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import { DomainError, MAX_VERSION, MIN_VERSION, PolicyNotAuthorizedError, type Microversion } from '@zun/domain';
import type { FastifyReply } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { accepts } from './accepts.js';
import type { ApiRequest } from './api-call.js';
import { collectParams } from './collect-params.js';
import { negotiateVersion, NotAcceptableError } from './negotiate-version.js';
import { OPERATION_ID } from './operation.decorator.js';
import { isJsonType } from './read-json.js';

interface PreparedOperation {
  readonly operation: Operation;
  readonly params: ParamsValidator | null;
  readonly body: ParamsValidator | null;
}

const VERSION_HEADERS = {
  'OpenStack-API-Minimum-Version': `container ${MIN_VERSION.toString()}`,
  'OpenStack-API-Maximum-Version': `container ${MAX_VERSION.toString()}`,
  vary: 'OpenStack-API-Version',
};

const NONE: Params = {};

/** Targets that only the handler finds. */
const HANDLERS_CHECK: ReadonlySet<Operation['target']> = new Set(['container', 'registry', 'image'] as const);

/**
 * Holds every request to the API table before its handler runs, in Zun's order: version, content type, schema of the query, schema of
 * the body, policy of the collection. Comes after the guard that checks the token.
 */
@Injectable()
export class OperationGuard implements CanActivate {
  private readonly prepared: ReadonlyMap<string, PreparedOperation>;

  constructor(
    private readonly reflector: Reflector,
    private readonly policy: Policy,
    @Inject(API_OPTIONS) options: ApiOptions,
  ) {
    const operations: [string, Operation][] = Object.entries(apiOperations(options.limits));
    this.prepared = new Map(operations.map(([id, operation]) => [id, prepare(operation)]));
  }

  canActivate(host: ExecutionContext): boolean {
    const id = this.reflector.get<string | undefined>(OPERATION_ID, host.getHandler());
    if (id === undefined) return true;
    const request = host.switchToHttp().getRequest<ApiRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { operation, params, body } = this.prepared.get(id)!;

    demandAcceptance(operation, request);
    const version = checkVersion(operation, request);
    void reply.headers({
      ...VERSION_HEADERS,
      'OpenStack-API-Version': `container ${version.toString()}`,
      'content-type': 'application/json',
    });
    if (body || operation.upload) demandJson(request);
    const context = request.context!;
    request.call = {
      operation,
      context,
      token: request.headers['x-auth-token'] as string,
      version,
      params: collectParams(operation, { query: request.query as Params, body: objectBody(request) }, params, version),
      body: body ? checkBody(body, request, version) : NONE,
      origin: `${request.protocol}://${request.headers.host ?? request.hostname}`,
    };
    if (operation.policy !== null && !HANDLERS_CHECK.has(operation.target))
      this.checkPolicy(operation, operation.policy, request);
    return true;
  }

  /** A token may be for no project: then there is none that something new could belong to. */
  private checkPolicy({ method, target }: Operation, rule: string, request: ApiRequest): void {
    const context = request.context!;
    if (context.projectId === null && method !== 'GET') throw new PolicyNotAuthorizedError(rule);
    const { project = null } = request.params as { project?: string };
    this.policy.check(rule, context, target === 'project' ? { project_id: project, user_id: null } : undefined);
  }
}

function prepare(operation: Operation): PreparedOperation {
  return {
    operation,
    params: operation.params ? new ParamsValidator(operation.params.fields, operation.params.rules) : null,
    body: operation.body ? new ParamsValidator(operation.body.fields, operation.body.rules) : null,
  };
}

/** Whoever accepts JSON, as clients of an OpenStack service do whatever they ask for, is taken to accept streams as well. */
function demandAcceptance({ stream }: Operation, { headers: { accept } }: ApiRequest): void {
  const types = ['application/json', ...(stream ? [stream.type] : [])];
  if (types.some((type) => accepts(accept, type))) return;
  throw new NotAcceptableError(`What is answered here is ${types.join(' or ')}.`);
}

function checkVersion(operation: Operation, request: ApiRequest): Microversion {
  const header = request.headers['openstack-api-version'];
  const version = negotiateVersion(Array.isArray(header) ? header.join(',') : header);
  const { since, until } = operation;
  if ((since && version.isBefore(since)) || (until && until.isBefore(version))) {
    throw new NotAcceptableError(`Version ${version.toString()} of the API does not have this method.`);
  }
  return version;
}

function demandJson(request: ApiRequest): void {
  const type = request.headers['content-type'];
  if (isJsonType(type)) return;
  throw new DomainError('unsupported-media-type', '', `The content type must be application/json, not ${type || 'absent'}.`);
}

/** A body that is no JSON object counts as none, as in Zun. */
function objectBody(request: ApiRequest): Params {
  const { body } = request;
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Params) : NONE;
}

function checkBody(validator: ParamsValidator, request: ApiRequest, version: Microversion): Params {
  const body = objectBody(request);
  validator.checkSchema(body, version);
  return body;
}
