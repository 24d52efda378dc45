import type { CreateOptions, EngineContainer } from '@zun/driver-api';
import type { ContainerSpec } from '@zun/domain';
import { endpointsOf, type FakeContainer, type FakeWorld } from './fake-world.js';

/** A container of a host that has never been started. */
export function makeContainer(world: FakeWorld, host: string, spec: ContainerSpec, options: CreateOptions): FakeContainer {
  return {
    engineId: world.nextId(),
    spec,
    host,
    image: options.image,
    networkNames: options.networks.map(({ networkName }) => networkName),
    fixedIps: new Map(options.networks.flatMap(({ networkName, ipv4 }) => (ipv4 ? [[networkName, ipv4]] : []))),
    madeBy: options.madeBy ?? null,
    state: { phase: 'created', error: null, exitCode: null, startedAt: null, finishedAt: null },
    log: [],
    followers: new Set(),
    limits: { cpu: spec.cpu, memoryMib: spec.memoryMib },
    mounts: options.mounts ?? [],
    archives: new Map(),
    process: null,
    execs: new Map(),
  };
}

/** A container as inspect tells it. */
export function showContainer(world: FakeWorld, container: FakeContainer): EngineContainer {
  const { spec } = container;
  const image = world.images.get(container.image);
  return {
    engineId: container.engineId,
    uuid: spec.uuid,
    host: container.host,
    madeBy: container.madeBy,
    state: container.state,
    hostname: spec.hostname ?? container.engineId.slice(0, 12),
    command: spec.command ?? image?.command ?? [],
    entrypoint: spec.entrypoint ?? image?.entrypoint ?? [],
    ports: Object.keys(spec.exposedPorts ?? {}).map((port) => Number.parseInt(port, 10)),
    runtime: spec.runtime ?? 'runc',
    networks: endpointsOf(container),
  };
}

/** What a container runs: its own words, or its image's. */
export function wordsOf({ spec, image }: FakeContainer, world: FakeWorld): readonly string[] {
  return [...(spec.entrypoint ?? []), ...(spec.command ?? world.images.get(image)?.command ?? [])];
}
