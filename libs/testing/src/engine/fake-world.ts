import type { EngineEndpoint, EngineMount } from '@zun/driver-api';
import type { ContainerSpec, EngineState } from '@zun/domain';
import type { EventQueue } from './event-queue.js';
import type { FakeProcess } from './fake-process.js';

/** What was written at once. */
export interface FakeLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly atMs: number;
}

/** One container of the fake engine. */
export interface FakeContainer {
  readonly engineId: string;
  readonly spec: ContainerSpec;
  readonly host: string;
  readonly image: string;
  networkNames: string[];
  /** Addresses that were asked for, by network. */
  readonly fixedIps: Map<string, string>;
  readonly madeBy: number | null;
  readonly mounts: readonly EngineMount[];
  state: EngineState;
  readonly log: FakeLine[];
  /** Who hears what is written from now on. */
  readonly followers: Set<EventQueue<FakeLine>>;
  limits: { cpu: number; memoryMib: number };
  /** Archives that were put, by the directory they were put into. */
  readonly archives: Map<string, Buffer>;
  /** What one attaches to while it runs. */
  process: FakeProcess | null;
  /** Commands in it, by their id; one without a process has not been started. */
  readonly execs: Map<string, FakeExec>;
}

export interface FakeExec {
  readonly command: readonly string[];
  process: FakeProcess | null;
}

/** What an image of the fake engine runs when nothing else is asked. */
export interface FakeImage {
  readonly id: string;
  readonly sizeBytes: number;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
}

export interface FakeEvent {
  readonly host: string;
  readonly uuid: string;
  readonly action: string;
}

/** What is on the engine: shared by all the hosts that use one fake engine. */
export class FakeWorld {
  readonly containers = new Map<string, FakeContainer>();
  readonly images = new Map<string, FakeImage>([
    ['busybox:latest', { id: 'sha256:busybox', sizeBytes: 4_261_550, command: ['sh'], entrypoint: [] }],
  ]);
  /** Images that a pull finds; those of {@link images} are there without one. */
  readonly registry = new Map<string, Omit<FakeImage, 'sizeBytes'> & { readonly bytes: number }>();
  /** How often each container was started. */
  readonly starts = new Map<string, number>();
  readonly listeners = new Set<(event: FakeEvent | null) => void>();
  /** Names of the networks it has; null: whichever is asked for. */
  networks: ReadonlySet<string> | null = null;
  /** Names of runtimes it has. */
  runtimes = ['runc'];
  isDown = false;
  private ids = 0;

  nextId(): string {
    return (++this.ids).toString(16).padStart(64, '0');
  }

  emit(container: FakeContainer, action: string): void {
    const { uuid } = container.spec;
    if (action === 'start') this.starts.set(uuid, (this.starts.get(uuid) ?? 0) + 1);
    for (const listen of this.listeners) listen({ host: container.host, uuid, action });
  }

  /** The engine goes away: every event stream breaks. */
  goDown(): void {
    this.isDown = true;
    for (const listen of [...this.listeners]) listen(null);
  }

  comeBack(): void {
    this.isDown = false;
  }
}

/** It has processes, be they paused. */
export function isLive({ state }: FakeContainer): boolean {
  return state.phase === 'running' || state.phase === 'paused';
}

/** A container's endpoints: like Docker's, without an address unless it runs. */
export function endpointsOf(container: FakeContainer): EngineEndpoint[] {
  const isUp = isLive(container);
  return container.networkNames.map((networkName, index) => ({
    networkId: isUp ? `id-of-${networkName}` : '',
    networkName,
    endpointId: isUp ? `${container.engineId.slice(-8)}-${index}` : '',
    ipv4: isUp ? addressOf(container, networkName, index) : null,
    ipv6: null,
  }));
}

function addressOf({ fixedIps, engineId }: FakeContainer, networkName: string, index: number): string {
  return fixedIps.get(networkName) ?? `10.200.${index}.${Number.parseInt(engineId.slice(-2), 16)}`;
}
