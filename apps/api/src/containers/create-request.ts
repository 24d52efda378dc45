import { randomUUID } from 'node:crypto';
import { parseBool, type Params } from '@zun/api-schema';
import {
  generateContainerName,
  InvalidValueError,
  Microversion,
  parseImageReference,
  splitWords,
  type ContainerSpec,
  type Healthcheck,
  type ImageChoice,
  type RequestContext,
  type RequestedNetwork,
  type RestartPolicy,
} from '@zun/domain';
import type { NameScope, PlacementRequest } from '@zun/persistence';
import type { NetworkWish } from '../networks/network-catalogue.js';
import type { ApiOptions } from '../options.js';

const COMMAND_IS_LIST = Microversion.of('1.20');
const TTY_IS_ITS_OWN = Microversion.of('1.36');

/** Python's text of a JSON scalar, as Zun stores it. */
function pythonText(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  return String(value);
}

function words(value: unknown): string[] | null {
  if (typeof value === 'string') return value.trim() === '' ? null : splitWords(value);
  return Array.isArray(value) ? value.map(pythonText) : null;
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).map(([key, item]) => [key, pythonText(item)]),
  );
}

function parseRestartPolicy(value: unknown): RestartPolicy | null {
  if (!value) return null;
  const { Name, MaximumRetryCount } = value as { Name: RestartPolicy['Name']; MaximumRetryCount?: string | number | null };
  const count = Number(MaximumRetryCount ?? 0);
  if (count > 0 && (Name === 'always' || Name === 'unless-stopped')) {
    throw new InvalidValueError(`restart_policy: a MaximumRetryCount is not valid with the policy ${Name}`);
  }
  return { Name, MaximumRetryCount: Name === 'no' ? '0' : String(count) };
}

function parseHealthcheck(value: unknown): Healthcheck | null {
  const given = (value ?? {}) as { cmd?: string; interval?: number; timeout?: number; retries?: number };
  if (Object.keys(given).length === 0) return null;
  const { cmd, interval, timeout, retries } = given;
  return {
    ...(cmd === undefined ? {} : { test: cmd }),
    ...(interval === undefined ? {} : { interval }),
    ...(retries === undefined ? {} : { retries }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** `80` and `80/tcp` mean the same. @throws InvalidValueError for what is no port */
function parsePorts(value: unknown): Record<string, object> | null {
  if (!value) return null;
  const ports = Object.keys(value).map((key) => {
    const [port = '', protocol = 'tcp', ...rest] = key.split('/');
    const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
    if (number < 1 || number > 65_535) throw new InvalidValueError(`exposed_ports: ${key} is not a port from 1 to 65535`);
    if (rest.length > 0 || (protocol !== 'tcp' && protocol !== 'udp')) {
      throw new InvalidValueError(`exposed_ports: the protocol of ${key} must be tcp or udp`);
    }
    return [`${number}/${protocol}`, {}] as const;
  });
  return ports.length === 0 ? null : Object.fromEntries(ports);
}

/**
 * The networks that a create body names; one without a name when it names none.
 * @throws InvalidValueError for a port
 */
export function parseNets({ nets }: Params): NetworkWish[] {
  const named = (nets ?? []) as Record<string, string>[];
  if (named.length === 0) return [{}];
  return named.map((net) => {
    if (net.port !== undefined)
      throw new InvalidValueError('nets: the network driver of this service has no ports of its own; name a network');
    const fixedIp = net['v4-fixed-ip'] ?? net['v6-fixed-ip'];
    return { network: net.network!, ...(fixedIp === undefined ? {} : { fixedIp }) };
  });
}

/**
 * The network of a project is what Neutron's group `default` makes of one: its containers reach each other and the world, nobody else
 * reaches them. There is no other group.
 * @throws InvalidValueError naming one that is not there
 */
function parseSecurityGroups(value: unknown): string[] {
  const names = [...new Set((value ?? []) as string[])];
  const unknown = names.find((name) => name !== 'default');
  if (unknown !== undefined) {
    throw new InvalidValueError(`security_groups: this deployment has the group default only; there is no ${unknown}`);
  }
  return names;
}

/** @throws InvalidValueError for parts of a core: one is dedicated as a whole */
function parseCpuPolicy(value: unknown, cpu: number): ContainerSpec['cpuPolicy'] {
  if (value !== 'dedicated') return 'shared';
  if (!Number.isInteger(cpu) || cpu < 1) {
    throw new InvalidValueError(`cpu: must be a whole number of cores with cpu_policy dedicated, and is ${cpu}`);
  }
  return 'dedicated';
}

function parseTerminal(body: Params, version: Microversion): { interactive: boolean; tty: boolean } {
  const interactive = parseBool(body.interactive);
  const follows = 'interactive' in body && version.isAtLeast(COMMAND_IS_LIST) && version.isBefore(TTY_IS_ITS_OWN);
  return { interactive, tty: follows ? interactive : parseBool(body.tty) };
}

/** What a create body names, found. */
export interface Resolved {
  readonly networks: readonly RequestedNetwork[];
  readonly image: ImageChoice;
}

/**
 * The wish of a checked create body, with defaults for what it leaves out.
 * @throws InvalidValueError for values that the schema allows and that make no sense
 */
export function toContainerSpec(
  context: RequestContext,
  body: Params,
  version: Microversion,
  options: ApiOptions,
  { networks, image }: Resolved,
): ContainerSpec {
  const { defaults } = options;
  const cpu = Number(body.cpu ?? defaults.cpu);
  return {
    uuid: randomUUID(),
    name: (body.name as string | null | undefined) ?? newName(options.nameScope),
    projectId: context.projectId ?? '',
    userId: context.userId,
    ...image,
    imagePullPolicy: ((body.image_pull_policy as string | null | undefined) || null)?.toLowerCase() ?? null,
    command: words(body.command),
    entrypoint: words(body.entrypoint),
    environment: texts(body.environment),
    labels: texts(body.labels),
    workdir: (body.workdir as string | null | undefined) ?? null,
    hostname: (body.hostname as string | undefined) ?? null,
    cpu,
    cpuPolicy: parseCpuPolicy(body.cpu_policy, cpu),
    memoryMib: Number(body.memory ?? defaults.memoryMib),
    diskGib: Number(body.disk ?? 0),
    ...parseTerminal(body, version),
    autoRemove: parseBool(body.auto_remove),
    autoHeal: parseBool(body.auto_heal),
    privileged: parseBool(body.privileged),
    runtime: (body.runtime as string | null | undefined) ?? null,
    restartPolicy: parseRestartPolicy(body.restart_policy),
    healthcheck: parseHealthcheck(body.healthcheck),
    exposedPorts: parsePorts(body.exposed_ports),
    networks,
    securityGroups: parseSecurityGroups(body.security_groups),
  };
}

/** There are few made-up names: where names must be unique, one has an ending of its own. */
function newName(scope: NameScope): string {
  return scope === null ? generateContainerName() : `${generateContainerName()}-${randomUUID().slice(0, 8)}`;
}

/** @throws InvalidValueError for a registry whose domain is no address */
export function demandPullable(image: string, { uuid, domain }: { uuid: string; domain: string }): void {
  try {
    parseImageReference(`${domain}/image`, null);
  } catch {
    throw new InvalidValueError(`registry: the domain "${domain}" of ${uuid} is no address to pull ${image} from`);
  }
}

export function toPlacementRequest(body: Params): PlacementRequest {
  return {
    availabilityZone: (body.availability_zone as string | null | undefined) ?? null,
    host: (body.host as string | undefined) ?? null,
    hints: texts(body.hints),
  };
}

/** Maps and lists that the body does not name. */
export function unsetFields(body: Params): Set<'environment' | 'labels' | 'security_groups'> {
  return new Set((['environment', 'labels', 'security_groups'] as const).filter((name) => (body[name] ?? null) === null));
}
