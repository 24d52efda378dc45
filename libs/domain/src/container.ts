import type { ContainerStatus, TaskState } from './container-state.js';
import type { Cpuset } from './cpuset.js';
import type { Mount } from './mount.js';
import type { UtcTime } from './time.js';

export interface RestartPolicy {
  readonly Name: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  /** A number as text, as Zun stores and shows it. */
  readonly MaximumRetryCount: string;
}

/** Zun's healthcheck: `interval` and `timeout` in seconds. */
export interface Healthcheck {
  readonly test?: string;
  readonly interval?: number;
  readonly retries?: number;
  readonly timeout?: number;
}

/** One address of a container; keyed by network id in {@link Addresses}. */
export interface Address {
  readonly addr: string;
  readonly version: 4 | 6;
  readonly port: string;
  readonly subnet_id: string | null;
  readonly preserve_on_delete: boolean;
}
export type Addresses = Readonly<Record<string, readonly Address[]>>;

/** A network that a container is to be on, as stored: what the tenant named is an id by then. */
export interface RequestedNetwork {
  /** The same on every host, and the key of {@link Addresses}. */
  readonly network: string;
  readonly port?: string;
  readonly fixedIp?: string;
}

const DEFAULT_NETWORK_PREFIX = 'zun-';

/** Id (and name) of the network of a project that nobody had to make: containers are on it when they ask for none. */
export function defaultNetworkOf(projectId: string): string {
  return `${DEFAULT_NETWORK_PREFIX}${projectId}`;
}

/** A registry of a tenant's, with what it takes to pull from it. Travels to hosts only, and is never logged. */
export interface PullRegistry {
  /** `host[:port]`. */
  readonly domain: string;
  readonly username: string | null;
  readonly password: string | null;
}

/** What a tenant wants a container to be: everything a host needs to make it. Of it change cpu, memory, image and networks. */
export interface ContainerSpec {
  readonly uuid: string;
  readonly name: string;
  readonly projectId: string;
  readonly userId: string;
  readonly image: string;
  readonly imageDriver: string;
  readonly imagePullPolicy: string | null;
  /** The uuid of the project's own image that `image` names; null or absent: it is one of a registry, or of the host. */
  readonly committedImage?: string | null;
  /** The uuid in Glance of the image that `image` names; null or absent: it is none of Glance's. */
  readonly glanceImage?: string | null;
  /** Null: the image's own. */
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly workdir: string | null;
  readonly hostname: string | null;
  /** A number of cores; 0 for no share of its own. */
  readonly cpu: number;
  readonly cpuPolicy: 'shared' | 'dedicated';
  /** MiB; 0 for unlimited. */
  readonly memoryMib: number;
  /** GiB; 0 for none. */
  readonly diskGib: number;
  readonly interactive: boolean;
  readonly tty: boolean;
  readonly autoRemove: boolean;
  readonly autoHeal: boolean;
  readonly privileged: boolean;
  readonly runtime: string | null;
  readonly restartPolicy: RestartPolicy | null;
  readonly healthcheck: Healthcheck | null;
  /** Keys `80/tcp`. */
  readonly exposedPorts: Readonly<Record<string, object>> | null;
  /** Empty: none at all. */
  readonly networks: readonly RequestedNetwork[];
  readonly securityGroups: readonly string[];
  /** Where an image whose reference names no registry comes from; absent: from where the host decides. */
  readonly registry?: PullRegistry;
  /** Files and volumes; absent: none. */
  readonly mounts?: readonly Mount[];
  /** Where it runs on a host that dedicates processors; absent: anywhere. */
  readonly cpuset?: Cpuset;
}

/** A container as recorded: the wish, where it was placed, and what was last seen. */
export interface ContainerRecord extends ContainerSpec {
  readonly host: string | null;
  readonly status: ContainerStatus;
  readonly statusReason: string | null;
  readonly statusDetail: string | null;
  readonly taskState: TaskState | null;
  readonly addresses: Addresses | null;
  readonly ports: readonly number[] | null;
  readonly registryId: string | null;
  readonly createdAt: UtcTime;
  readonly updatedAt: UtcTime | null;
}

/** Resources a container claims on a host. */
export interface ResourceClaim {
  readonly cpu: number;
  readonly memoryMib: number;
  readonly diskGib: number;
}

/** The engine's name for a container of ours. */
export function engineName(uuid: string): string {
  return `zun-${uuid}`;
}

const GREEK =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );

/** `<greek>-<1..24>-container`; not unique. @param random a number in [0, 1) each call */
export function generateContainerName(random: () => number = Math.random): string {
  const letter = GREEK[Math.floor(random() * GREEK.length)];
  return `${letter}-${1 + Math.floor(random() * 24)}-container`;
}

/** UUID-like text (dashes, case and braces do not matter): looked up as a uuid, anything else as a name. */
export function isUuidLike(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text.replace(/^urn:uuid:|[{}-]/gi, ''));
}

const SPEC_FIELDS = [
  'uuid',
  'name',
  'projectId',
  'userId',
  'image',
  'imageDriver',
  'imagePullPolicy',
  'committedImage',
  'glanceImage',
  'command',
  'entrypoint',
  'environment',
  'labels',
  'workdir',
  'hostname',
  'cpu',
  'cpuPolicy',
  'memoryMib',
  'diskGib',
  'interactive',
  'tty',
  'autoRemove',
  'autoHeal',
  'privileged',
  'runtime',
  'restartPolicy',
  'healthcheck',
  'exposedPorts',
  'networks',
  'securityGroups',
] as const satisfies readonly (keyof ContainerSpec)[];

/** The part of a record that a host needs. @param registry the one that the record names */
export function toSpec(record: ContainerRecord, registry: PullRegistry | null): ContainerSpec {
  const spec = Object.fromEntries(SPEC_FIELDS.map((field) => [field, record[field]])) as unknown as ContainerSpec;
  return registry === null ? spec : { ...spec, registry };
}
