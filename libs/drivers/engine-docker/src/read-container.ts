import {
  LABEL_ACTION,
  LABEL_HOST,
  LABEL_UUID,
  type EngineContainer,
  type EngineEndpoint,
  type ImageConfig,
} from '@zun/driver-api';
import type { EngineState } from '@zun/domain';
import type Dockerode from 'dockerode';

/** The engine's words for a container's phase; the second group only Podman says. */
const PHASES: Readonly<Record<string, EngineState['phase']>> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  dead: 'dead',
  configured: 'created',
  initialized: 'created',
  stopping: 'running',
  stopped: 'exited',
};

/** Engines write a time that never was as year 1. */
function time(text: string | undefined): string | null {
  return !text || text.startsWith('0001-') ? null : text;
}

/** @returns the engine's answer to inspect in our terms. */
export function readContainer(info: Dockerode.ContainerInspectInfo): EngineContainer {
  const labels = info.Config.Labels ?? {};
  return {
    engineId: info.Id,
    uuid: labels[LABEL_UUID] ?? '',
    host: labels[LABEL_HOST] ?? '',
    madeBy: Number(labels[LABEL_ACTION] ?? '') || null,
    state: readState(info.State),
    hostname: info.Config.Hostname ?? '',
    command: info.Config.Cmd ?? [],
    entrypoint: words(info.Config.Entrypoint),
    ports: Object.keys(info.Config.ExposedPorts ?? {}).map((port) => Number.parseInt(port, 10)),
    runtime: info.HostConfig.Runtime || null,
    networks: Object.entries(info.NetworkSettings.Networks ?? {})
      .filter(([name]) => name !== 'none')
      .map(([name, endpoint]) => readEndpoint(name, endpoint)),
  };
}

const HEALTHS = ['starting', 'healthy', 'unhealthy'] as const;

function readState(state: Dockerode.ContainerInspectInfo['State']): EngineState {
  const startedAt = time(state.StartedAt);
  return {
    phase: PHASES[state.Status] ?? (state.Running ? 'running' : 'exited'),
    error: state.Error || null,
    exitCode: startedAt === null && !state.Error ? null : state.ExitCode,
    startedAt,
    finishedAt: time(state.FinishedAt),
    ...readHealth(state.Health?.Status),
  };
}

/** A container without a check has no health, or (Docker's word) `none`. */
function readHealth(status: string | undefined): Pick<EngineState, 'health'> {
  const health = HEALTHS.find((known) => known === status);
  return health ? { health } : {};
}

function readEndpoint(networkName: string, endpoint: Dockerode.NetworkInfo): EngineEndpoint {
  return {
    networkId: endpoint.NetworkID,
    networkName,
    endpointId: endpoint.EndpointID,
    ipv4: endpoint.IPAddress || null,
    ipv6: endpoint.GlobalIPv6Address || null,
  };
}

/** @returns what an image says that its containers run. */
export function readImage(info: Dockerode.ImageInspectInfo): ImageConfig {
  const config = info.Config as { Cmd?: string[] | null; Entrypoint?: string[] | string | null } | null;
  return { id: info.Id, sizeBytes: info.Size, command: config?.Cmd ?? [], entrypoint: words(config?.Entrypoint) };
}

function words(value: string | string[] | null | undefined): string[] {
  if (!value) return [];
  return typeof value === 'string' ? [value] : value;
}
