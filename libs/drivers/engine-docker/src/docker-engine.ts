import {
  LABEL_HOST,
  type Archive,
  type ContainerEngine,
  type CreateOptions,
  type EngineContainer,
  type EngineEvent,
  type EngineInfo,
  type ExecOptions,
  type ExecResult,
  type FoundImage,
  type ImageConfig,
  type LogOptions,
  type NetworkAttachment,
  type NetworkHost,
  type PullOptions,
  type PutArchiveOptions,
  type StatsSample,
  type StreamedExec,
  type Terminal,
  type TimedStatsSample,
  type TopResult,
  type VolumeHost,
} from '@zun/driver-api';
import {
  ContainerNotFoundError,
  DomainError,
  EngineRefusedError,
  EngineUnavailableError,
  engineName,
  InvalidValueError,
  type ContainerSpec,
  type TerminalSize,
} from '@zun/domain';
import type Dockerode from 'dockerode';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { getArchive, putArchive } from './archives.js';
import { commitContainer } from './commit.js';
import { mapLimited } from './concurrency.js';
import { cpuShares, createBody, endpointConfig } from './create-body.js';
import { DockerNetworkHost } from './docker-network-host.js';
import { DockerVolumeHost } from './docker-volume-host.js';
import { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';
import { hostEvents } from './events.js';
import { runExec } from './exec.js';
import { readLogs } from './logs.js';
import { compileOptions, type CompiledOptions, type DockerEngineOptions } from './options.js';
import { pull } from './pull.js';
import { readContainer, readImage } from './read-container.js';
import { readFound, type SearchAnswer } from './read-found.js';
import { readInfo, type InfoAnswer } from './read-info.js';
import { readStats } from './read-stats.js';
import { watchStats } from './watch-stats.js';
import * as terminals from './terminals.js';
import { untilGone } from './until-gone.js';

/** How many containers are inspected at a time when all are listed. */
const INSPECT_CONCURRENCY = 8;
/** An engine notes the end of a container a moment after it has lost the connection to it. */
const NOTES_END_MS = 200;

/** What an engine calls the network of containers that have none. */
const NO_NETWORK = 'none';

/** A container's own handle for a verb; its `Dockerode.Container` is addressed by id, so a namesake is never hit. */
type Verb<T> = (container: Dockerode.Container, abortSignal: AbortSignal) => Promise<T>;

/** What inspect tells beyond {@link EngineContainer}. */
interface Inspected {
  readonly container: EngineContainer;
  readonly tty: boolean;
  /** Commands in it that the engine remembers. */
  readonly execIds: readonly string[];
  /** It is on the network `none`. */
  readonly onNone: boolean;
}

/**
 * A Docker engine, or one that speaks its API. Every verb looks first whether the container is ours and this host's: an engine may be
 * shared with others, and with other compute services.
 */
export class DockerEngine implements ContainerEngine {
  /** The same engine's networks, for a network driver. */
  readonly networks: NetworkHost;
  /** The same engine's volumes, for a volume driver. */
  readonly volumes: VolumeHost;

  private readonly options: CompiledOptions;
  private readonly client: EngineClient;

  constructor(options: DockerEngineOptions) {
    this.options = compileOptions(options);
    this.client = new EngineClient(this.options);
    this.networks = new DockerNetworkHost(this.client);
    this.volumes = new DockerVolumeHost(this.client);
  }

  async info(): Promise<EngineInfo> {
    const info = (await this.client.probe((docker) => docker.info())) as InfoAnswer;
    const isHere = this.options.apiUrl.startsWith('unix:');
    return readInfo(info, isHere ? await readFile('/proc/mounts', 'utf8').catch(() => '') : '');
  }

  async pullImage(reference: string, options: PullOptions = {}): Promise<ImageConfig> {
    await pull(this.client, reference, options);
    const image = await this.inspectImage(reference);
    if (!image) throw new EngineRefusedError(`No such image: ${reference}`, { errorClass: 'invalid', code: 'image-not-found' });
    return image;
  }

  async inspectImage(reference: string): Promise<ImageConfig | null> {
    try {
      return readImage(await this.client.call((docker) => docker.getImage(reference).inspect()));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'image-not-found') return null;
      if (isRefusal(error, 'not-found')) return null;
      throw error;
    }
  }

  async removeImage(reference: string): Promise<void> {
    try {
      await this.client.call((docker, abortSignal) => docker.getImage(reference).remove({ abortSignal }));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'image-not-found') return;
      if (isRefusal(error, 'not-found')) return;
      throw error;
    }
  }

  async searchImages(term: string): Promise<readonly FoundImage[]> {
    const answer = (await this.client.call((docker, abortSignal) =>
      docker.searchImages({ term, abortSignal }),
    )) as SearchAnswer[];
    return answer.map(readFound);
  }

  async commit(uuid: string, reference: string): Promise<ImageConfig> {
    await this.own(uuid);
    if (!(await this.inspectImage(reference))) await commitContainer(this.client, uuid, reference);
    const image = await this.inspectImage(reference);
    if (!image) throw new EngineRefusedError(`The image ${reference} was removed as soon as it was made.`);
    return image;
  }

  async create(spec: ContainerSpec, options: CreateOptions): Promise<boolean> {
    const made = await this.createUnlessThere(spec, options);
    const further = options.networks.slice(1);
    // A look at what was just made, and is on all its networks, tells nothing new: engines answer slowly while they work.
    if (made && further.length === 0) return true;
    const { container } = await this.own(spec.uuid);
    const missing = further.filter(({ networkName }) => !isOn(container, networkName));
    for (const network of missing) await this.connectTo(container, network);
    return made;
  }

  async inspect(uuid: string): Promise<EngineContainer | null> {
    return (await this.find(engineName(uuid), uuid))?.container ?? null;
  }

  async list(): Promise<readonly EngineContainer[]> {
    const filters = JSON.stringify({ label: [`${LABEL_HOST}=${this.options.host}`] });
    const listed = await this.client.call((docker, abortSignal) => docker.listContainers({ all: true, filters, abortSignal }));
    // The list lacks start and finish times, so each is inspected; one that is gone by then is left out.
    const inspected = await mapLimited(listed, INSPECT_CONCURRENCY, ({ Id }) => this.find(Id, Id));
    return inspected.flatMap((seen) => (seen ? [seen.container] : []));
  }

  async start(uuid: string): Promise<void> {
    await this.verb(uuid, (container, abortSignal) => accept(304, container.start({ abortSignal })));
  }

  async stop(uuid: string, timeoutS: number): Promise<void> {
    await this.verb(uuid, (container, abortSignal) => accept(304, container.stop({ t: timeoutS, abortSignal })), timeoutS);
  }

  async restart(uuid: string, timeoutS: number): Promise<void> {
    await this.verb(uuid, (container, abortSignal) => container.restart({ t: timeoutS, abortSignal }), timeoutS);
  }

  async pause(uuid: string): Promise<void> {
    await this.verbOrAlready(uuid, ['paused'], (container, abortSignal) => container.pause({ abortSignal }));
  }

  async unpause(uuid: string): Promise<void> {
    await this.verbOrAlready(uuid, ['running'], (container, abortSignal) => container.unpause({ abortSignal }));
  }

  async kill(uuid: string, signal: string): Promise<void> {
    await this.verbOrAlready(uuid, ['exited', 'dead'], (container, abortSignal) => container.kill({ signal, abortSignal }));
  }

  async remove(uuid: string, force: boolean): Promise<void> {
    const found = await this.find(engineName(uuid), uuid);
    if (!found) return;
    const { engineId } = found.container;
    try {
      await this.client.call((docker, abortSignal) => docker.getContainer(engineId).remove({ v: true, force, abortSignal }), {
        uuid,
      });
    } catch (error) {
      if (error instanceof ContainerNotFoundError) return;
      if (!isRefusal(error) || !/already in progress/i.test((error as DomainError).detail)) throw error;
      await untilGone(async () => (await this.find(engineId, uuid)) === null, error as DomainError);
    }
  }

  async updateResources(uuid: string, resources: { cpu?: number; memoryMib?: number; memorySwap: number }): Promise<void> {
    const { cpu, memoryMib, memorySwap } = resources;
    const memory = memoryMib === undefined ? {} : memoryLimits(memoryMib * 1024 * 1024, memorySwap);
    const shares = cpu === undefined ? {} : { CpuShares: cpuShares(cpu) };
    await this.verb(uuid, (container, abortSignal) => container.update({ ...memory, ...shares, abortSignal }));
  }

  async connect(uuid: string, network: NetworkAttachment): Promise<void> {
    const { container, onNone } = await this.own(uuid);
    if (isConnected(container, network.networkName)) return;
    // A container that was made without a network is on one called so, which suffers no other beside it.
    if (onNone) await this.disconnectFrom(container, NO_NETWORK);
    await this.connectTo(container, network);
  }

  async disconnect(uuid: string, networkName: string): Promise<void> {
    const { container } = await this.own(uuid);
    if (isOn(container, networkName)) await this.disconnectFrom(container, networkName);
  }

  async logs(uuid: string, options: LogOptions): Promise<AsyncIterable<Uint8Array>> {
    const { container, tty } = await this.own(uuid);
    return readLogs(this.client, { uuid, engineId: container.engineId, tty }, options);
  }

  exec(uuid: string, options: ExecOptions): Promise<ExecResult> {
    return this.whileLive(uuid, ({ engineId }) =>
      runExec(this.client, { uuid, engineId, maxOutputBytes: this.options.maxExecOutputBytes }, options),
    );
  }

  attach(uuid: string): Promise<Terminal> {
    return this.whileLive(uuid, (container, { tty }) => terminals.attach(this.client, container, tty));
  }

  resize(uuid: string, size: TerminalSize): Promise<void> {
    return this.whileLive(uuid, (container) => terminals.resize(this.client, container, size));
  }

  createExec(uuid: string, options: Pick<ExecOptions, 'command' | 'interactive'>): Promise<string> {
    return this.whileLive(uuid, (container) => terminals.createExec(this.client, container, options));
  }

  startExec(uuid: string, execId: string): Promise<Terminal> {
    return this.whileLive(uuid, (container) => terminals.startExec(this.client, container, execId));
  }

  resizeExec(uuid: string, execId: string, size: TerminalSize): Promise<void> {
    return this.whileLive(uuid, (container) => terminals.resizeExec(this.client, container, execId, size));
  }

  async execExitCode(uuid: string, execId: string): Promise<number | null> {
    return terminals.execExitCode(this.client, (await this.own(uuid)).container, execId);
  }

  async endExec(uuid: string, execId: string): Promise<void> {
    const found = await this.find(engineName(uuid), uuid);
    if (found) await terminals.endExec(this.client, found.container, execId);
  }

  async streamedExecs(): Promise<readonly StreamedExec[]> {
    const found: StreamedExec[] = [];
    for (const { uuid } of await this.list()) {
      const seen = await this.find(engineName(uuid), uuid);
      const running = seen ? await terminals.streamedExecs(this.client, seen.container, seen.execIds) : [];
      found.push(...running.map((execId) => ({ uuid, execId })));
    }
    return found;
  }

  async top(uuid: string, psArgs: string | null): Promise<TopResult> {
    const args = psArgs === null ? {} : { ps_args: psArgs };
    const top = (await this.whileLive(uuid, (live) =>
      this.on(live, (container, abortSignal) => container.top({ ...args, abortSignal })),
    ).catch((error) => {
      // That ps does not know its arguments is a failure of the engine's own, by its status.
      throw psArgs !== null && isRefusal(error, 'internal') ? new InvalidValueError(`Invalid ps_args: ${psArgs}`) : error;
    })) as { Titles: string[]; Processes: string[][] | null };
    return { titles: top.Titles, processes: top.Processes ?? [] };
  }

  stats(uuid: string): Promise<StatsSample> {
    // `one-shot` spares the second that the engine would wait for a second sample.
    const sample = { stream: false, 'one-shot': true } as const;
    return this.whileLive(uuid, async ({ engineId }) =>
      readStats(await this.client.call((docker) => docker.getContainer(engineId).stats(sample), { uuid })),
    );
  }

  watchStats(uuid: string, signal: AbortSignal): Promise<AsyncIterable<TimedStatsSample>> {
    return this.whileLive(uuid, (container) => watchStats(this.client, container, signal));
  }

  async getArchive(uuid: string, path: string): Promise<Archive> {
    return getArchive(this.client, (await this.own(uuid)).container, path);
  }

  async putArchive(
    uuid: string,
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: PutArchiveOptions = {},
  ): Promise<void> {
    await putArchive(this.client, { ...(await this.own(uuid)).container, path, ...options }, content);
  }

  events(signal: AbortSignal, onReady: () => void): AsyncIterable<EngineEvent> {
    return hostEvents(this.client, this.options.host, signal, onReady);
  }

  /**
   * A conflict may be the container of an earlier attempt, whose answer was lost; `own` decides whether it is ours.
   * @returns false when it was there
   */
  private async createUnlessThere(spec: ContainerSpec, options: CreateOptions): Promise<boolean> {
    const body = createBody(spec, options, await this.facts());
    const request = { _query: { name: engineName(spec.uuid) }, _body: body };
    try {
      await this.client.call((docker, abortSignal) => docker.createContainer({ ...request, abortSignal }));
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if ((await this.inspect(spec.uuid)) === null) throw error;
      return false;
    }
  }

  private async connectTo({ uuid, engineId }: EngineContainer, network: NetworkAttachment): Promise<void> {
    const EndpointConfig = endpointConfig(network, { apiVersion: await this.client.apiVersion() });
    const connection = { Container: engineId, EndpointConfig };
    // For a container that does not run, Docker takes down any name, and then does not start it.
    await this.client.call((docker) => docker.getNetwork(network.networkName).inspect());
    try {
      await this.client.call((docker) => docker.getNetwork(network.networkName).connect(connection), { uuid });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { container } = await this.own(uuid);
      // Done by an earlier call whose answer was lost, while this one was under way.
      if (isConnected(container, network.networkName)) return;
      if (isOn(container, network.networkName)) await this.forgetConnection(container, network.networkName);
      throw error;
    }
  }

  /**
   * Docker notes a connection that it then does not make, with the address that was wrong, and the container would not start with it
   * again. It lets go only of what it has made; so it makes one that it can make.
   */
  private async forgetConnection(container: EngineContainer, networkName: string): Promise<void> {
    const connection = { Container: container.engineId };
    await this.client.call((docker) => docker.getNetwork(networkName).connect(connection), container);
    await this.disconnectFrom(container, networkName);
  }

  private async disconnectFrom({ uuid, engineId }: EngineContainer, networkName: string): Promise<void> {
    try {
      await this.client.call((docker) => docker.getNetwork(networkName).disconnect({ Container: engineId }), { uuid });
    } catch (error) {
      if (!isRefusal(error) || isOn((await this.own(uuid)).container, networkName)) throw error;
    }
  }

  private async facts(): Promise<{ host: string; apiVersion: string; quirks: CompiledOptions['quirks'] }> {
    return { host: this.options.host, apiVersion: await this.client.apiVersion(), quirks: this.options.quirks };
  }

  /** @returns null when the engine does not know it or it is not this host's. */
  private async find(nameOrId: string, uuid: string): Promise<Inspected | null> {
    try {
      const info = await this.client.call((docker, abortSignal) => docker.getContainer(nameOrId).inspect({ abortSignal }), {
        uuid,
      });
      const container = readContainer(info);
      const onNone = Object.hasOwn(info.NetworkSettings.Networks ?? {}, NO_NETWORK);
      return container.host === this.options.host
        ? { container, tty: info.Config.Tty, execIds: info.ExecIDs ?? [], onNone }
        : null;
    } catch (error) {
      if (error instanceof ContainerNotFoundError) return null;
      throw error;
    }
  }

  private async own(uuid: string): Promise<Inspected> {
    const found = await this.find(engineName(uuid), uuid);
    if (!found) throw new ContainerNotFoundError(uuid);
    return found;
  }

  /**
   * For what only makes sense while its processes are there. Engines differ in what they answer otherwise, and when these end in the
   * middle of it they speak of themselves: of a closed connection, say.
   */
  private async whileLive<T>(uuid: string, work: (container: EngineContainer, seen: Inspected) => Promise<T>): Promise<T> {
    const seen = await this.live(uuid);
    const before = seen.container;
    try {
      return await work(before, seen);
    } catch (error) {
      if (error instanceof EngineUnavailableError) await sleep(NOTES_END_MS);
      const { container: after } = await this.live(uuid);
      throw after.state.startedAt === before.state.startedAt ? error : notRunning(uuid);
    }
  }

  private async live(uuid: string): Promise<Inspected> {
    const seen = await this.own(uuid);
    const { phase } = seen.container.state;
    if (phase === 'running' || phase === 'paused') return seen;
    throw notRunning(uuid);
  }

  private async verb<T>(uuid: string, run: Verb<T>, graceS = 0): Promise<T> {
    const { container } = await this.own(uuid);
    return this.on(container, run, graceS);
  }

  /** A verb that the engine refuses when its effect is already there; that is success. */
  private async verbOrAlready(uuid: string, phases: readonly string[], run: Verb<unknown>): Promise<void> {
    const { container } = await this.own(uuid);
    if (phases.includes(container.state.phase)) return;
    try {
      await this.on(container, run);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { container: after } = await this.own(uuid);
      if (!phases.includes(after.state.phase)) throw error;
    }
  }

  private on<T>({ uuid, engineId }: EngineContainer, run: Verb<T>, graceS = 0): Promise<T> {
    const timeoutMs = this.options.timeoutMs + graceS * 1000;
    return this.client.call((docker, abortSignal) => run(docker.getContainer(engineId), abortSignal), { uuid, timeoutMs });
  }
}

function isOn(container: EngineContainer, networkName: string): boolean {
  return container.networks.some((endpoint) => endpoint.networkName === networkName || endpoint.networkId === networkName);
}

/** A running container may have a network noted that it is not on. */
function isConnected(container: EngineContainer, networkName: string): boolean {
  const endpoint = container.networks.find((known) => known.networkName === networkName || known.networkId === networkName);
  if (!endpoint) return false;
  const isMade = endpoint.networkId !== '' || endpoint.endpointId !== '' || endpoint.ipv4 !== null;
  return isMade || !['running', 'paused'].includes(container.state.phase);
}

/** The engine answers 304 when there was nothing to do, which dockerode takes for an error. */
async function accept(statusCode: number, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== statusCode) throw error;
  }
}

function notRunning(uuid: string): EngineRefusedError {
  return new EngineRefusedError(`Container ${uuid} is not running.`, { errorClass: 'conflict', code: 'conflict' });
}

/**
 * Memory and swap together are a limit of their own, which the engine set to twice the memory as it made the container. It must grow
 * along, or the kernel refuses more memory than that; and engines up to 20.10 do not pass on a limit of −1.
 * @param swapBytes memory and swap together; negative: as at the creation
 */
function memoryLimits(bytes: number, swapBytes: number): { Memory: number; MemorySwap: number } {
  return { Memory: bytes, MemorySwap: swapBytes < 0 ? 2 * bytes : Math.max(swapBytes, bytes) };
}
