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
  type ImageTransferOptions,
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
  type DomainError,
  engineName,
  InvalidValueError,
  type ContainerSpec,
  type TerminalSize,
} from '@zun/domain';
import { readFile } from 'node:fs/promises';
import { getArchive, putArchive } from './archives.js';
import { mapLimited } from './concurrency.js';
import { ContainerEndpoints } from './container-endpoints.js';
import { cpuShares, createBody } from './create-body.js';
import { DockerNetworkHost } from './docker-network-host.js';
import { DockerVolumeHost } from './docker-volume-host.js';
import { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';
import { hostEvents } from './events.js';
import { runExec } from './exec.js';
import { HostContainers } from './host-containers.js';
import { loadImage, saveImage } from './image-transfer.js';
import { commitImage, inspectImage, pullImage, removeImage, searchImages } from './images.js';
import { readLogs } from './logs.js';
import { compileOptions, type CompiledOptions, type DockerEngineOptions } from './options.js';
import { readInfo, type InfoAnswer } from './read-info.js';
import { readStats } from './read-stats.js';
import { watchStats } from './watch-stats.js';
import * as terminals from './terminals.js';
import { untilGone } from './until-gone.js';

/** How many containers are inspected at a time when all are listed. */
const INSPECT_CONCURRENCY = 8;
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
  private readonly containers: HostContainers;
  private readonly endpoints: ContainerEndpoints;

  constructor(options: DockerEngineOptions) {
    this.options = compileOptions(options);
    this.client = new EngineClient(this.options);
    this.containers = new HostContainers(this.client, this.options);
    this.endpoints = new ContainerEndpoints(this.client, this.containers);
    this.networks = new DockerNetworkHost(this.client);
    this.volumes = new DockerVolumeHost(this.client);
  }

  async info(): Promise<EngineInfo> {
    const info = (await this.client.probe((docker) => docker.info())) as InfoAnswer;
    const isHere = this.options.apiUrl.startsWith('unix:');
    return readInfo(info, isHere ? await readFile('/proc/mounts', 'utf8').catch(() => '') : '');
  }

  pullImage(reference: string, options: PullOptions = {}): Promise<ImageConfig> {
    return pullImage(this.client, reference, options);
  }

  inspectImage(reference: string): Promise<ImageConfig | null> {
    return inspectImage(this.client, reference);
  }

  removeImage(reference: string): Promise<void> {
    return removeImage(this.client, reference);
  }

  searchImages(term: string): Promise<readonly FoundImage[]> {
    return searchImages(this.client, term);
  }

  loadImage(content: AsyncIterable<Uint8Array>, reference: string, options: ImageTransferOptions = {}): Promise<ImageConfig> {
    return loadImage(this.client, content, reference, options);
  }

  saveImage(reference: string, options: ImageTransferOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return saveImage(this.client, reference, options);
  }

  async commit(uuid: string, reference: string): Promise<ImageConfig> {
    await this.containers.own(uuid);
    return commitImage(this.client, uuid, reference);
  }

  async create(spec: ContainerSpec, options: CreateOptions): Promise<boolean> {
    const made = await this.createUnlessThere(spec, options);
    const further = options.networks.slice(1);
    // A look at what was just made, and is on all its networks, tells nothing new: engines answer slowly while they work.
    if (made && further.length === 0) return true;
    await this.endpoints.complete(spec.uuid, further);
    return made;
  }

  async inspect(uuid: string): Promise<EngineContainer | null> {
    return (await this.containers.find(engineName(uuid), uuid))?.container ?? null;
  }

  async list(): Promise<readonly EngineContainer[]> {
    const filters = JSON.stringify({ label: [`${LABEL_HOST}=${this.options.host}`] });
    const listed = await this.client.call((docker, abortSignal) => docker.listContainers({ all: true, filters, abortSignal }));
    // The list lacks start and finish times, so each is inspected; one that is gone by then is left out.
    const inspected = await mapLimited(listed, INSPECT_CONCURRENCY, ({ Id }) => this.containers.find(Id, Id));
    return inspected.flatMap((seen) => (seen ? [seen.container] : []));
  }

  async start(uuid: string): Promise<void> {
    await this.containers.verb(uuid, (container, abortSignal) => accept(304, container.start({ abortSignal })));
  }

  async stop(uuid: string, timeoutS: number): Promise<void> {
    await this.containers.verb(
      uuid,
      (container, abortSignal) => accept(304, container.stop({ t: timeoutS, abortSignal })),
      timeoutS,
    );
  }

  async restart(uuid: string, timeoutS: number): Promise<void> {
    await this.containers.verb(uuid, (container, abortSignal) => container.restart({ t: timeoutS, abortSignal }), timeoutS);
  }

  async pause(uuid: string): Promise<void> {
    await this.containers.verbOrAlready(uuid, ['paused'], (container, abortSignal) => container.pause({ abortSignal }));
  }

  async unpause(uuid: string): Promise<void> {
    await this.containers.verbOrAlready(uuid, ['running'], (container, abortSignal) => container.unpause({ abortSignal }));
  }

  async kill(uuid: string, signal: string): Promise<void> {
    await this.containers.verbOrAlready(uuid, ['exited', 'dead'], (container, abortSignal) =>
      container.kill({ signal, abortSignal }),
    );
  }

  async remove(uuid: string, force: boolean): Promise<void> {
    const found = await this.containers.find(engineName(uuid), uuid);
    if (!found) return;
    const { engineId } = found.container;
    try {
      await this.client.call((docker, abortSignal) => docker.getContainer(engineId).remove({ v: true, force, abortSignal }), {
        uuid,
      });
    } catch (error) {
      if (error instanceof ContainerNotFoundError) return;
      if (!isRefusal(error) || !/already in progress/i.test((error as DomainError).detail)) throw error;
      await untilGone(async () => (await this.containers.find(engineId, uuid)) === null, error as DomainError);
    }
  }

  async updateResources(uuid: string, resources: { cpu?: number; memoryMib?: number; memorySwap: number }): Promise<void> {
    const { cpu, memoryMib, memorySwap } = resources;
    const memory = memoryMib === undefined ? {} : memoryLimits(memoryMib * 1024 * 1024, memorySwap);
    const shares = cpu === undefined ? {} : { CpuShares: cpuShares(cpu) };
    await this.containers.verb(uuid, (container, abortSignal) => container.update({ ...memory, ...shares, abortSignal }));
  }

  connect(uuid: string, network: NetworkAttachment): Promise<void> {
    return this.endpoints.connect(uuid, network);
  }

  disconnect(uuid: string, networkName: string): Promise<void> {
    return this.endpoints.disconnect(uuid, networkName);
  }

  async logs(uuid: string, options: LogOptions): Promise<AsyncIterable<Uint8Array>> {
    const { container, tty } = await this.containers.own(uuid);
    return readLogs(this.client, { uuid, engineId: container.engineId, tty }, options);
  }

  exec(uuid: string, options: ExecOptions): Promise<ExecResult> {
    return this.containers.whileLive(uuid, ({ engineId }) =>
      runExec(this.client, { uuid, engineId, maxOutputBytes: this.options.maxExecOutputBytes }, options),
    );
  }

  attach(uuid: string): Promise<Terminal> {
    return this.containers.whileLive(uuid, (container, { tty }) => terminals.attach(this.client, container, tty));
  }

  resize(uuid: string, size: TerminalSize): Promise<void> {
    return this.containers.whileLive(uuid, (container) => terminals.resize(this.client, container, size));
  }

  createExec(uuid: string, options: Pick<ExecOptions, 'command' | 'interactive'>): Promise<string> {
    return this.containers.whileLive(uuid, (container) => terminals.createExec(this.client, container, options));
  }

  startExec(uuid: string, execId: string): Promise<Terminal> {
    return this.containers.whileLive(uuid, (container) => terminals.startExec(this.client, container, execId));
  }

  resizeExec(uuid: string, execId: string, size: TerminalSize): Promise<void> {
    return this.containers.whileLive(uuid, (container) => terminals.resizeExec(this.client, container, execId, size));
  }

  async execExitCode(uuid: string, execId: string): Promise<number | null> {
    return terminals.execExitCode(this.client, (await this.containers.own(uuid)).container, execId);
  }

  async endExec(uuid: string, execId: string): Promise<void> {
    const found = await this.containers.find(engineName(uuid), uuid);
    if (found) await terminals.endExec(this.client, found.container, execId);
  }

  async streamedExecs(): Promise<readonly StreamedExec[]> {
    const found: StreamedExec[] = [];
    for (const { uuid } of await this.list()) {
      const seen = await this.containers.find(engineName(uuid), uuid);
      const running = seen ? await terminals.streamedExecs(this.client, seen.container, seen.execIds) : [];
      found.push(...running.map((execId) => ({ uuid, execId })));
    }
    return found;
  }

  async top(uuid: string, psArgs: string | null): Promise<TopResult> {
    const args = psArgs === null ? {} : { ps_args: psArgs };
    const top = (await this.containers
      .whileLive(uuid, (live) => this.containers.on(live, (container, abortSignal) => container.top({ ...args, abortSignal })))
      .catch((error) => {
        // That ps does not know its arguments is a failure of the engine's own, by its status.
        throw psArgs !== null && isRefusal(error, 'internal') ? new InvalidValueError(`Invalid ps_args: ${psArgs}`) : error;
      })) as { Titles: string[]; Processes: string[][] | null };
    return { titles: top.Titles, processes: top.Processes ?? [] };
  }

  stats(uuid: string): Promise<StatsSample> {
    // `one-shot` spares the second that the engine would wait for a second sample.
    const sample = { stream: false, 'one-shot': true } as const;
    return this.containers.whileLive(uuid, async ({ engineId }) =>
      readStats(await this.client.call((docker) => docker.getContainer(engineId).stats(sample), { uuid })),
    );
  }

  watchStats(uuid: string, signal: AbortSignal): Promise<AsyncIterable<TimedStatsSample>> {
    return this.containers.whileLive(uuid, (container) => watchStats(this.client, container, signal));
  }

  async getArchive(uuid: string, path: string): Promise<Archive> {
    return getArchive(this.client, (await this.containers.own(uuid)).container, path);
  }

  async putArchive(
    uuid: string,
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: PutArchiveOptions = {},
  ): Promise<void> {
    await putArchive(this.client, { ...(await this.containers.own(uuid)).container, path, ...options }, content);
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

  private async facts(): Promise<{ host: string; apiVersion: string; quirks: CompiledOptions['quirks'] }> {
    return { host: this.options.host, apiVersion: await this.client.apiVersion(), quirks: this.options.quirks };
  }
}

/** The engine answers 304 when there was nothing to do, which dockerode takes for an error. */
async function accept(statusCode: number, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== statusCode) throw error;
  }
}

/**
 * Memory and swap together are a limit of their own, which the engine set to twice the memory as it made the container. It must grow
 * along, or the kernel refuses more memory than that; and engines up to 20.10 do not pass on a limit of −1.
 * @param swapBytes memory and swap together; negative: as at the creation
 */
function memoryLimits(bytes: number, swapBytes: number): { Memory: number; MemorySwap: number } {
  return { Memory: bytes, MemorySwap: swapBytes < 0 ? 2 * bytes : Math.max(swapBytes, bytes) };
}
