import { apiOperations, type ContainerLimits, type Operation, type OperationId } from '@zun/api-schema';
import { CONTAINER_STATUSES } from '@zun/domain';
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
  /** What it answers an administrator who sends it as it is, where that is no success. */
  readonly adminStatus?: number;
  /** What an endpoint for administrators answers others, where that is not the refusal by policy. */
  readonly tenantAnswer?: { readonly status: number; readonly code: string };
  /** What it answers where no registry is within reach, as where tests run. */
  readonly statusOffline?: number;
}

/** What is looked for before policy is asked is not found first. */
const NOT_FOUND_IMAGE = { status: 400, code: 'container.image-not-found' };

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
  rebuildContainer: { audience: 'project', access: 'write' },
  attachContainerNetwork: { audience: 'project', access: 'write', adminStatus: 400 },
  detachContainerNetwork: { audience: 'project', access: 'write', query: '?port=nowhere', adminStatus: 404 },
  commitContainer: { audience: 'project', access: 'write', query: '?repository=taken&tag=over' },
  renameContainer: { audience: 'project', access: 'write', query: '?name=taken-over' },
  resizeContainer: { audience: 'project', access: 'write', body: { memory: '128' } },
  containerLogs: { audience: 'project', access: 'read', query: '?tail=1' },
  executeInContainer: { audience: 'project', access: 'write', query: '?command=true' },
  resizeExec: { audience: 'project', access: 'write', query: `?exec_id=${'0'.repeat(64)}&h=24&w=80`, adminStatus: 400 },
  attachContainer: { audience: 'project', access: 'write', adminStatus: 400 },
  resizeTerminal: { audience: 'project', access: 'write', query: '?h=24&w=80' },
  getArchive: { audience: 'project', access: 'read', query: '?path=/bin/busybox' },
  putArchive: { audience: 'project', access: 'write', query: '?path=/tmp', body: { data: '' } },
  listContainerNetworks: { audience: 'project', access: 'read' },
  addSecurityGroup: { audience: 'project', access: 'write', body: { name: 'default' } },
  removeSecurityGroup: { audience: 'project', access: 'write', body: { name: 'default' } },
  containerTop: { audience: 'project', access: 'read' },
  containerStats: { audience: 'project', access: 'read' },
  waitForContainer: { audience: 'project', access: 'read', query: `?status=${CONTAINER_STATUSES.join()}&timeout=10` },
  watchEvents: { audience: 'project', access: 'read' },
  listContainerActions: { audience: 'project', access: 'read' },
  showContainerAction: { audience: 'project', access: 'read' },
  listHosts: { audience: 'admin', access: 'read' },
  showHost: { audience: 'admin', access: 'read' },
  listServices: { audience: 'admin', access: 'read' },
  enableService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute', adminStatus: 404 },
  disableService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute', adminStatus: 404 },
  forceDownService: {
    audience: 'admin',
    access: 'write',
    query: '?host=nowhere&binary=zun-compute&forced_down=true',
    adminStatus: 404,
  },
  deleteService: { audience: 'admin', access: 'write', query: '?host=nowhere&binary=zun-compute', adminStatus: 404 },
  listImages: { audience: 'admin', access: 'read' },
  pullImage: { audience: 'admin', access: 'write', body: { repo: 'busybox', host: 'nowhere' }, adminStatus: 400 },
  showImage: { audience: 'admin', access: 'read', adminStatus: 400, tenantAnswer: NOT_FOUND_IMAGE },
  deleteImage: { audience: 'admin', access: 'write', adminStatus: 400, tenantAnswer: NOT_FOUND_IMAGE },
  searchImages: { audience: 'project', access: 'read', statusOffline: 409 },
  showQuota: { audience: 'project', access: 'read', query: '?usages=true' },
  showDefaultQuota: { audience: 'project', access: 'read' },
  updateQuota: { audience: 'admin', access: 'write', body: { containers: 40 } },
  deleteQuota: { audience: 'admin', access: 'write' },
  showQuotaClass: { audience: 'admin', access: 'read' },
  updateQuotaClass: { audience: 'admin', access: 'write', body: { containers: 40 } },
  createNetwork: { audience: 'admin', access: 'write', body: { name: 'sample', neutron_net_id: 'sample-net' } },
  deleteNetwork: { audience: 'admin', access: 'write', adminStatus: 404 },
  listRegistries: { audience: 'project', access: 'read' },
  createRegistry: { audience: 'project', access: 'write', body: { registry: { domain: 'sample.example' } } },
  showRegistry: { audience: 'project', access: 'read' },
  updateRegistry: { audience: 'project', access: 'write', body: { registry: { name: 'taken-over' } } },
  deleteRegistry: { audience: 'project', access: 'write' },
  listLeftovers: { audience: 'admin', access: 'read' },
  purgeLeftovers: { audience: 'admin', access: 'write', adminStatus: 409 },
  listAvailabilityZones: { audience: 'project', access: 'read' },
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

/** The uuid of no image. */
const NO_IMAGE = '7d0f9c2e-0000-4000-8000-000000000000';

/** What the variable parts of paths stand for. */
export interface Targets {
  /** A container's uuid or name. */
  readonly container: string;
  /** A request that was about it. */
  readonly requestId: string;
  /** A host's uuid or name. */
  readonly host: string;
  /** A project's id. */
  readonly project: string;
  /** A registry's uuid or name. */
  readonly registry: string;
}

export interface PreparedRequest {
  readonly method: string;
  /** Below `/v1`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The newest microversion that has it; absent: the newest of all. */
  readonly version?: string;
}

/** The sample request of an endpoint on these targets. */
export function requestOf(operation: Operation, targets: Targets): PreparedRequest {
  const { query = '', body } = sampleOf(operation);
  const version = operation.until ? { version: operation.until.toString() } : {};
  return { method: operation.method, path: `${pathOf(operation, targets)}${query}`, body, ...version };
}

/** @throws Error for a path with a variable that {@link Targets} has not */
export function pathOf({ id, path }: Pick<Operation, 'id' | 'path'>, targets: Targets): string {
  const collection = path.split('/')[2];
  const idents: Partial<Record<string, string>> = {
    containers: targets.container,
    hosts: targets.host,
    registries: targets.registry,
    networks: 'nowhere',
    images: NO_IMAGE,
  };
  const others: Partial<Record<string, string>> = {
    request_id: targets.requestId,
    project: targets.project,
    class: 'sample',
    name: 'busybox',
  };
  return path.replace(/^\/v1/, '').replace(/:(\w+)/g, (_whole, name: string) => {
    const value = name === 'ident' ? idents[collection!] : others[name];
    if (value === undefined) throw new Error(`${id}: say in test/lib/operations.ts what :${name} of ${collection} stands for`);
    return encodeURIComponent(value);
  });
}

/** What of a tenant's it is about, if it is about one thing: by that name {@link Targets} has it, and errors speak of it. */
export function subjectOf({ path }: Operation): 'container' | 'registry' | null {
  if (path.startsWith('/v1/containers/:ident')) return 'container';
  return path.startsWith('/v1/registries/:ident') ? 'registry' : null;
}
