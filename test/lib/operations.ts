import { apiOperations, type ContainerLimits, type Operation, type OperationId } from '@zun/api-schema';
import type { Sections } from '../../tools/lib/ini.mjs';

/** The ranges that requests are held to in these tests. */
export const LIMITS: ContainerLimits = {
  minimumCpus: 0.1,
  maximumCpus: 16,
  minimumMemoryMib: 4,
  maximumMemoryMib: 8192,
  minimumDiskGib: 1,
  maximumDiskGib: 160,
  imageDrivers: ['docker'],
};

/** The same for `zun.conf`. */
export const LIMIT_SETTINGS = {
  minimum_cpus: LIMITS.minimumCpus,
  maximum_cpus: LIMITS.maximumCpus,
  minimum_memory: LIMITS.minimumMemoryMib,
  maximum_memory: LIMITS.maximumMemoryMib,
  minimum_disk: LIMITS.minimumDiskGib,
  maximum_disk: LIMITS.maximumDiskGib,
  image_driver_list: LIMITS.imageDrivers.join(','),
} satisfies Sections[string];

/** Every endpoint there is. */
export const OPERATIONS: readonly Operation[] = Object.values(apiOperations(LIMITS));

/** What the tests know of an endpoint beyond the API's own table. */
export interface Sample {
  /** Whose it is: every member of a project, or administrators only. */
  readonly audience: 'project' | 'admin';
  /** A reader may do what only reads. */
  readonly access: 'read' | 'write';
  /** With `?`; nothing that the caller must be an administrator for. */
  readonly query?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** For every endpoint, a request that is right in form. */
const SAMPLES: Readonly<Record<OperationId, Sample>> = {
  listContainers: { audience: 'project', access: 'read' },
  createContainer: { audience: 'project', access: 'write', body: { image: 'busybox', name: 'sample' } },
  showContainer: { audience: 'project', access: 'read' },
  updateContainer: { audience: 'project', access: 'write', body: { name: 'taken-over' } },
  deleteContainer: { audience: 'project', access: 'write', query: '?stop=true' },
  startContainer: { audience: 'project', access: 'write' },
  stopContainer: { audience: 'project', access: 'write', query: '?timeout=1' },
  rebootContainer: { audience: 'project', access: 'write', query: '?timeout=1' },
  pauseContainer: { audience: 'project', access: 'write' },
  unpauseContainer: { audience: 'project', access: 'write' },
  killContainer: { audience: 'project', access: 'write', query: '?signal=KILL' },
  containerLogs: { audience: 'project', access: 'read', query: '?tail=1' },
  executeInContainer: { audience: 'project', access: 'write', query: '?command=true' },
  containerTop: { audience: 'project', access: 'read' },
  containerStats: { audience: 'project', access: 'read' },
  listContainerActions: { audience: 'project', access: 'read' },
  showContainerAction: { audience: 'project', access: 'read' },
  listHosts: { audience: 'admin', access: 'read' },
  showHost: { audience: 'admin', access: 'read' },
  listServices: { audience: 'admin', access: 'read' },
  enableService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute' },
  disableService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute' },
  forceDownService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute&forced_down=true' },
  deleteService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute' },
};

/** False for an endpoint that is to be added to {@link SAMPLES}. */
export const isKnown = ({ id }: Operation): boolean => Object.hasOwn(SAMPLES, id);

/** @throws Error saying what to add for an endpoint that the tests do not know yet */
export function sampleOf({ id, method, path }: Operation): Sample {
  const known: Partial<Record<string, Sample>> = SAMPLES;
  const sample = known[id];
  if (sample) return sample;
  throw new Error(
    `${id} (${method} ${path}) is new: add to SAMPLES in test/lib/operations.ts who may use it, whether it writes, and a request of it`,
  );
}

/** What the variable parts of paths stand for. */
export interface Targets {
  /** A container's uuid or name. */
  readonly container: string;
  /** A request that was about it. */
  readonly requestId: string;
  /** A host's uuid or name. */
  readonly host: string;
}

export interface PreparedRequest {
  readonly method: string;
  /** Below `/v1`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The sample request of an endpoint on these targets. */
export function requestOf(operation: Operation, targets: Targets): PreparedRequest {
  const { query = '', body } = sampleOf(operation);
  return { method: operation.method, path: `${pathOf(operation, targets)}${query}`, body };
}

/** @throws Error for a path with a variable that {@link Targets} has not */
export function pathOf({ id, path }: Pick<Operation, 'id' | 'path'>, targets: Targets): string {
  const collection = path.split('/')[2];
  const idents: Partial<Record<string, string>> = { containers: targets.container, hosts: targets.host };
  return path.replace(/^\/v1/, '').replace(/:(\w+)/g, (_whole, name: string) => {
    const value = name === 'ident' ? idents[collection!] : name === 'request_id' ? targets.requestId : undefined;
    if (value === undefined) throw new Error(`${id}: say in test/lib/operations.ts what :${name} of ${collection} stands for`);
    return encodeURIComponent(value);
  });
}

/** About one container of a tenant's. */
export const isOfContainer = ({ path }: Operation): boolean => path.startsWith('/v1/containers/:ident');
