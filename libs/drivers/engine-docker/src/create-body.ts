import { LABEL_ACTION, LABEL_HOST, LABEL_UUID, type CreateOptions, type NetworkAttachment } from '@zun/driver-api';
import type { ContainerSpec, Healthcheck, RestartPolicy } from '@zun/domain';
import { isOlder } from './engine-client.js';
import type { EngineQuirks } from './options.js';

const MIB = 1024 * 1024;
const NANOSECONDS = 1_000_000_000;

export interface EngineFacts {
  /** The `host` that is written on the container. */
  readonly host: string;
  readonly apiVersion: string;
  readonly quirks: EngineQuirks;
}

/** The body of the engine's create call for a container of ours; the mapping is Zun's, field by field. */
export function createBody(spec: ContainerSpec, options: CreateOptions, facts: EngineFacts): Record<string, unknown> {
  const first = options.networks[0];
  return compact({
    Image: options.image,
    Cmd: spec.command ?? undefined,
    Entrypoint: spec.entrypoint ?? undefined,
    Env: Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`),
    Labels: { ...spec.labels, ...ownLabels(spec, options, facts) },
    WorkingDir: spec.workdir ?? undefined,
    Hostname: spec.hostname ?? undefined,
    Tty: spec.tty,
    OpenStdin: spec.interactive,
    StdinOnce: spec.interactive,
    AttachStdin: spec.interactive,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: spec.healthcheck ? healthcheck(spec.healthcheck) : undefined,
    ExposedPorts: spec.exposedPorts ?? undefined,
    MacAddress: first?.macAddress && !hasEndpointMac(facts) ? first.macAddress : undefined,
    Volumes: options.mounts?.length ? Object.fromEntries(options.mounts.map(({ destination }) => [destination, {}])) : undefined,
    HostConfig: hostConfig(spec, options, facts),
    NetworkingConfig: first ? { EndpointsConfig: { [first.networkName]: endpointConfig(first, facts) } } : undefined,
  });
}

/** Those that we know our containers by; a tenant's of the same name do not count. */
function ownLabels({ uuid }: ContainerSpec, { madeBy }: CreateOptions, { host }: EngineFacts): Record<string, string> {
  const action = madeBy === undefined ? '' : String(madeBy);
  return { [LABEL_UUID]: uuid, [LABEL_HOST]: host, [LABEL_ACTION]: action };
}

function hostConfig(spec: ContainerSpec, options: CreateOptions, facts: EngineFacts): Record<string, unknown> {
  const runtime = spec.runtime ?? options.defaultRuntime ?? undefined;
  return compact({
    NetworkMode: options.networks[0]?.networkName ?? 'none',
    Memory: spec.memoryMib * MIB,
    CpuShares: cpuShares(spec.cpu),
    CpusetCpus: spec.cpuset?.cpus,
    CpusetMems: spec.cpuset?.mems || undefined,
    Binds: options.mounts?.length ? options.mounts.map(({ source, destination }) => `${source}:${destination}:rw`) : undefined,
    StorageOpt: spec.diskGib ? { size: `${spec.diskGib}G` } : undefined,
    RestartPolicy: spec.restartPolicy ? restartPolicy(spec.restartPolicy) : undefined,
    AutoRemove: spec.autoRemove || undefined,
    Privileged: spec.privileged,
    Runtime: facts.quirks.ignoresRuntime ? undefined : runtime,
    Ulimits: facts.quirks.ulimits,
  });
}

/** Zun's weight of a number of cores; 0: the engine's default. */
export function cpuShares(cpu: number): number {
  return Math.trunc(1024 * cpu);
}

/** @returns what an endpoint's settings say of the wanted addresses. */
export function endpointConfig(network: NetworkAttachment, facts: Pick<EngineFacts, 'apiVersion'>): Record<string, unknown> {
  const ipam = compact({ IPv4Address: network.ipv4, IPv6Address: network.ipv6 });
  return compact({
    IPAMConfig: Object.keys(ipam).length > 0 ? ipam : undefined,
    MacAddress: hasEndpointMac(facts) ? network.macAddress : undefined,
  });
}

/** Since API 1.44 the address of the card belongs to the endpoint, before that to the container. */
function hasEndpointMac({ apiVersion }: Pick<EngineFacts, 'apiVersion'>): boolean {
  return !isOlder(apiVersion, '1.44');
}

function restartPolicy(policy: RestartPolicy): Record<string, unknown> {
  return { Name: policy.Name, MaximumRetryCount: Number(policy.MaximumRetryCount) || 0 };
}

function healthcheck(check: Healthcheck): Record<string, unknown> {
  return {
    Test: check.test ? ['CMD-SHELL', check.test] : [],
    Interval: Math.round(Math.round((check.interval ?? 0) * NANOSECONDS)),
    Timeout: Math.round(Math.round((check.timeout ?? 0) * NANOSECONDS)),
    Retries: check.retries ?? 0,
  };
}

function compact(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
