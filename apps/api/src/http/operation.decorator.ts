import { applyDecorators, Delete, Get, HttpCode, Patch, Post, Put, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { apiOperations, type Operation, type OperationId } from '@zun/api-schema';

export const OPERATION_ID = 'zun:operation';

/** Methods, paths and rules do not depend on an operator's limits: any will do to route by. */
const STATIC = apiOperations({
  minimumCpus: 0,
  maximumCpus: 0,
  minimumMemoryMib: 0,
  maximumMemoryMib: 0,
  minimumDiskGib: 0,
  maximumDiskGib: 0,
  imageDrivers: [],
});

const VERBS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

/** Routes a controller's method as the API table says: verb, path, version, policy, parameters. */
export function ServesOperation(id: OperationId): MethodDecorator {
  const operation: Operation = STATIC[id];
  return applyDecorators(
    VERBS[operation.method](operation.path),
    HttpCode(operation.success.status),
    SetMetadata(OPERATION_ID, id),
    RouteConfig({ isUpload: operation.upload !== undefined }),
  );
}

/** Every route of the API, for the answer to a path or verb that is none. */
export const ROUTES: readonly Pick<Operation, 'method' | 'path'>[] = Object.values<Operation>(STATIC);
