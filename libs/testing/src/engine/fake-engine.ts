import type {
  Archive,
  ContainerEngine,
  CreateOptions,
  EngineContainer,
  EngineEvent,
  EngineInfo,
  ExecOptions,
  ExecResult,
  FoundImage,
  ImageConfig,
  ImageTransferOptions,
  LogOptions,
  NetworkAttachment,
  PullOptions,
  PutArchiveOptions,
  StatsSample,
  StreamedExec,
  TimedStatsSample,
  Terminal,
  TopResult,
} from '@zun/driver-api';
import {
  ContainerNotFoundError,
  EngineRefusedError,
  EngineUnavailableError,
  ExecNotFoundError,
  systemClock,
  type Clock,
  type ContainerSpec,
  type EngineState,
  type TerminalSize,
} from '@zun/domain';
import { eventQueue } from './event-queue.js';
import { Faults } from './faults.js';
import { FakeProcess } from './fake-process.js';
import { checkDirectory, readArchive, writeArchive } from './fake-archives.js';
import { makeContainer, showContainer, wordsOf } from './fake-container.js';
import { notFound, runExec, runningExecs, startExec } from './fake-exec.js';
import { loadImage, saveImage } from './fake-image-archives.js';
import { aborted, commitImage, pullImage, removeImage, searchImages } from './fake-images.js';
import { readLog, write } from './fake-log.js';
import { connect, disconnect } from './fake-networks.js';
import { conflict, noImage } from './fake-refusals.js';
import { FakeWorld, isLive, type FakeContainer, type FakeExec } from './fake-world.js';
import { readProgram } from './fake-program.js';

/** Verbs that faults can be injected into, by their method's name. */
export type EngineVerb = Exclude<keyof ContainerEngine, 'events'>;

export interface FakeEngineOptions {
  readonly host: string;
  readonly clock?: Clock;
  /** Shared by the fakes of several hosts on one engine. */
  readonly world?: FakeWorld;
}

const EXIT_BY_SIGNAL: Readonly<Record<string, number>> = { SIGKILL: 137, SIGTERM: 143 };

/**
 * An engine in memory. It passes the same conformance suite as the real ones, so that what is tested with it holds with them; and it fails
 * on demand, by {@link faults}, or as a whole by `world.goDown()`.
 */
export class FakeEngine implements ContainerEngine {
  readonly world: FakeWorld;
  readonly faults: Faults<EngineVerb>;
  /** Every verb that was called, in order, with the uuid or name it was about. */
  readonly calls: string[] = [];
  private readonly host: string;
  private readonly clock: Clock;
  private lastTime = 0;

  constructor(options: FakeEngineOptions) {
    this.host = options.host;
    this.clock = options.clock ?? systemClock;
    this.world = options.world ?? new FakeWorld();
    this.faults = new Faults(this.clock);
  }

  info(): Promise<EngineInfo> {
    return this.answer('info', '', () => ({
      engineVersion: 'fake',
      cpus: 4,
      memoryBytes: 8 * 1024 ** 3,
      architecture: 'x86_64',
      osType: 'linux',
      os: 'Fake Linux',
      kernelVersion: '6.1',
      labels: { rack: 'r1' },
      runtimes: this.world.runtimes,
      containers: this.world.containers.size,
      rootDir: '/',
      diskQuotaSupported: false,
    }));
  }

  async pullImage(reference: string, options: PullOptions = {}): Promise<ImageConfig> {
    options.signal?.throwIfAborted();
    const pulled = this.answer('pullImage', reference, () => pullImage(this.world, reference, options));
    return options.signal ? Promise.race([pulled, aborted(options.signal)]) : pulled;
  }

  inspectImage(reference: string): Promise<ImageConfig | null> {
    return this.answer('inspectImage', reference, () => this.world.images.get(reference) ?? null);
  }

  removeImage(reference: string): Promise<void> {
    return this.answer('removeImage', reference, () => removeImage(this.world, reference));
  }

  async loadImage(
    content: AsyncIterable<Uint8Array>,
    reference: string,
    { signal }: ImageTransferOptions = {},
  ): Promise<ImageConfig> {
    await this.answer('loadImage', reference, () => signal?.throwIfAborted());
    const loaded = loadImage(this.world, content, reference, signal);
    return signal ? Promise.race([loaded, aborted(signal)]) : loaded;
  }

  saveImage(reference: string, { signal }: ImageTransferOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return this.answer('saveImage', reference, () => {
      signal?.throwIfAborted();
      return saveImage(this.world, reference);
    });
  }

  searchImages(term: string): Promise<readonly FoundImage[]> {
    return this.answer('searchImages', term, () => searchImages(this.world, term));
  }

  commit(uuid: string, reference: string): Promise<ImageConfig> {
    return this.on('commit', uuid, (container) => commitImage(this.world, container, reference));
  }

  create(spec: ContainerSpec, options: CreateOptions): Promise<boolean> {
    return this.answer('create', spec.uuid, () => {
      const there = this.world.containers.get(spec.uuid);
      if (there && there.host !== this.host) throw conflict(`the name of ${spec.uuid} is in use`);
      if (there) return false;
      if (!this.world.images.has(options.image)) throw noImage(`No such image: ${options.image}`);
      const container = makeContainer(this.world, this.host, spec, options);
      this.world.containers.set(spec.uuid, container);
      this.world.emit(container, 'create');
      return true;
    });
  }

  inspect(uuid: string): Promise<EngineContainer | null> {
    return this.answer('inspect', uuid, () => {
      const container = this.world.containers.get(uuid);
      return container && container.host === this.host ? showContainer(this.world, container) : null;
    });
  }

  list(): Promise<readonly EngineContainer[]> {
    return this.answer('list', '', () =>
      [...this.world.containers.values()]
        .filter(({ host }) => host === this.host)
        .map((container) => showContainer(this.world, container)),
    );
  }

  start(uuid: string): Promise<void> {
    return this.on('start', uuid, (container) => {
      if (container.state.phase === 'paused') throw conflict('cannot start a paused container, try unpause instead');
      if (container.state.phase !== 'running') this.run(container);
    });
  }

  stop(uuid: string, _timeoutS: number): Promise<void> {
    return this.on('stop', uuid, (container) => {
      if (isLive(container)) this.end(container, 143);
    });
  }

  restart(uuid: string, _timeoutS: number): Promise<void> {
    return this.on('restart', uuid, (container) => {
      if (isLive(container)) this.end(container, 143);
      this.run(container);
    });
  }

  pause(uuid: string): Promise<void> {
    return this.on('pause', uuid, (container) => {
      if (container.state.phase === 'paused') return;
      if (container.state.phase !== 'running') throw conflict(`Container ${uuid} is not running`);
      this.change(container, { phase: 'paused' }, 'pause');
    });
  }

  unpause(uuid: string): Promise<void> {
    return this.on('unpause', uuid, (container) => {
      if (container.state.phase === 'running') return;
      if (container.state.phase !== 'paused') throw conflict(`Container ${uuid} is not paused`);
      this.change(container, { phase: 'running' }, 'unpause');
    });
  }

  kill(uuid: string, signal: string): Promise<void> {
    return this.on('kill', uuid, (container) => {
      if (container.state.phase === 'exited') return;
      if (!isLive(container)) throw conflict(`Container ${uuid} is not running`);
      const exitCode = EXIT_BY_SIGNAL[signal];
      if (exitCode !== undefined) this.end(container, exitCode);
    });
  }

  remove(uuid: string, force: boolean): Promise<void> {
    return this.answer('remove', uuid, () => {
      const container = this.world.containers.get(uuid);
      if (!container || container.host !== this.host) return;
      if (isLive(container) && !force) throw conflict(`You cannot remove a running container ${uuid}`);
      this.drop(container);
    });
  }

  updateResources(uuid: string, resources: { cpu?: number; memoryMib?: number; memorySwap: number }): Promise<void> {
    return this.on('updateResources', uuid, (container) => {
      const { cpu, memoryMib } = container.limits;
      container.limits = { cpu: resources.cpu ?? cpu, memoryMib: resources.memoryMib ?? memoryMib };
    });
  }

  connect(uuid: string, network: NetworkAttachment): Promise<void> {
    return this.on('connect', uuid, (container) => connect(this.world, container, network));
  }

  disconnect(uuid: string, networkName: string): Promise<void> {
    return this.on('disconnect', uuid, (container) => disconnect(container, networkName));
  }

  logs(uuid: string, options: LogOptions): Promise<AsyncIterable<Uint8Array>> {
    return this.on('logs', uuid, (container) => readLog(container, options));
  }

  exec(uuid: string, options: ExecOptions): Promise<ExecResult> {
    return this.on('exec', uuid, (container) => runExec(container, options));
  }

  attach(uuid: string): Promise<Terminal> {
    return this.on('attach', uuid, (container) => {
      if (!container.process || !isLive(container)) throw conflict(`Container ${uuid} is not running`);
      return container.process.join();
    });
  }

  resize(uuid: string, _size: TerminalSize): Promise<void> {
    return this.on('resize', uuid, (container) => {
      if (!isLive(container)) throw conflict(`Container ${uuid} is not running`);
    });
  }

  createExec(uuid: string, { command }: Pick<ExecOptions, 'command' | 'interactive'>): Promise<string> {
    return this.on('createExec', uuid, (container) => {
      if (!isLive(container)) throw conflict(`Container ${uuid} is not running`);
      const execId = this.world.nextId();
      container.execs.set(execId, { command, process: null });
      return execId;
    });
  }

  startExec(uuid: string, execId: string): Promise<Terminal> {
    return this.onExec('startExec', uuid, execId, (exec) => startExec(exec, execId));
  }

  resizeExec(uuid: string, execId: string, _size: TerminalSize): Promise<void> {
    return this.onExec('resizeExec', uuid, execId, (exec) => {
      if (!exec.process || exec.process.exitCode !== null) throw new ExecNotFoundError(execId, uuid);
    });
  }

  execExitCode(uuid: string, execId: string): Promise<number | null> {
    return this.onExec('execExitCode', uuid, execId, (exec) => exec.process?.exitCode ?? null);
  }

  endExec(uuid: string, execId: string): Promise<void> {
    return this.answer('endExec', uuid, () => this.world.containers.get(uuid)?.execs.get(execId)?.process?.end(129));
  }

  streamedExecs(): Promise<readonly StreamedExec[]> {
    return this.answer('streamedExecs', '', () =>
      [...this.world.containers.values()].filter(({ host }) => host === this.host).flatMap(runningExecs),
    );
  }

  top(uuid: string, _psArgs: string | null): Promise<TopResult> {
    return this.on('top', uuid, (container) => {
      if (!isLive(container)) throw conflict(`Container ${uuid} is not running`);
      return { titles: ['PID', 'CMD'], processes: [['1', wordsOf(container, this.world).join(' ')]] };
    });
  }

  stats(uuid: string): Promise<StatsSample> {
    return this.on('stats', uuid, (container) => {
      if (!isLive(container)) throw conflict(`Container ${uuid} is not running`);
      const memoryLimitBytes = (container.limits.memoryMib || 8192) * 1024 ** 2;
      const io = { blockReadBytes: 0, blockWriteBytes: 0, netRxBytes: 0, netTxBytes: 0 };
      const cpu = { cpuTotalUsage: 1_000_000, systemCpuUsage: 1_000_000_000 };
      return { ...cpu, ...io, memoryUsageBytes: 1024 ** 2, memoryInactiveFileBytes: 0, memoryLimitBytes };
    });
  }

  async watchStats(uuid: string, signal: AbortSignal): Promise<AsyncIterable<TimedStatsSample>> {
    await this.on('watchStats', uuid, (container) => {
      if (!isLive(container)) throw conflict(`Container ${uuid} is not running`);
    });
    return this.samples(uuid, signal);
  }

  getArchive(uuid: string, path: string): Promise<Archive> {
    return this.on('getArchive', uuid, ({ archives }) => readArchive(archives, path));
  }

  async putArchive(
    uuid: string,
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: PutArchiveOptions = {},
  ): Promise<void> {
    const archives = await this.on('putArchive', uuid, (container) => {
      checkDirectory(path);
      return container.archives;
    });
    await writeArchive(archives, path, content, options);
  }

  async *events(signal: AbortSignal, onReady: () => void): AsyncGenerator<EngineEvent> {
    if (this.world.isDown) throw new EngineUnavailableError();
    const queue = eventQueue<EngineEvent>();
    const listen = (event: { host: string; uuid: string; action: string } | null): void => {
      if (event === null) queue.fail(new EngineUnavailableError());
      else if (event.host === this.host) queue.push({ uuid: event.uuid, action: event.action });
    };
    this.world.listeners.add(listen);
    const stop = (): void => queue.end();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      onReady();
      yield* queue;
    } finally {
      this.world.listeners.delete(listen);
      signal.removeEventListener('abort', stop);
    }
  }

  /** The container's process ends by itself, as when its work is done. */
  finish(uuid: string, exitCode = 0): void {
    const container = this.world.containers.get(uuid);
    if (container && isLive(container)) this.end(container, exitCode);
  }

  private async *samples(uuid: string, signal: AbortSignal): AsyncGenerator<TimedStatsSample> {
    for (;;) {
      const container = this.world.containers.get(uuid);
      if (signal.aborted || !container || !isLive(container)) return;
      yield { ...(await this.stats(uuid)), time: new Date(this.clock.now()).toISOString() };
      await this.clock.sleep(1000, signal);
    }
  }

  private answer<T>(verb: EngineVerb, about: string, work: () => T): Promise<T> {
    this.calls.push(about ? `${verb} ${about}` : verb);
    return this.faults.apply(verb, () => {
      if (this.world.isDown) throw new EngineUnavailableError();
      return work();
    });
  }

  private on<T>(verb: EngineVerb, uuid: string, work: (container: FakeContainer) => T): Promise<T> {
    return this.answer(verb, uuid, () => {
      const container = this.world.containers.get(uuid);
      if (!container || container.host !== this.host) throw new ContainerNotFoundError(uuid);
      return work(container);
    });
  }

  private onExec<T>(verb: EngineVerb, uuid: string, execId: string, work: (exec: FakeExec) => T): Promise<T> {
    return this.on(verb, uuid, (container) => {
      if (!isLive(container) && verb !== 'execExitCode') throw conflict(`Container ${uuid} is not running`);
      const exec = container.execs.get(execId);
      if (!exec) throw new ExecNotFoundError(execId, uuid);
      return work(exec);
    });
  }

  private run(container: FakeContainer): void {
    const words = wordsOf(container, this.world);
    const program = readProgram(words);
    if (!program) {
      const error = notFound(words);
      this.change(container, { error, exitCode: 127 }, 'die');
      throw new EngineRefusedError(error, { errorClass: 'invalid' });
    }
    const startedAt = this.now();
    this.change(container, { phase: 'running', startedAt, error: null, exitCode: 0 }, 'start');
    for (const line of program.lines) write(container, { ...line, atMs: Date.parse(startedAt) });
    if (program.exitCode !== null) return this.end(container, program.exitCode);
    container.process = new FakeProcess(
      program,
      (exitCode) => {
        if (isLive(container)) this.end(container, exitCode);
      },
      (text) => write(container, { stream: 'stdout', text, atMs: this.clock.now() }),
    );
  }

  private end(container: FakeContainer, exitCode: number): void {
    this.change(container, { phase: 'exited', exitCode, finishedAt: this.now() }, 'die');
    container.process?.end(exitCode);
    for (const follower of container.followers) follower.end();
    for (const exec of container.execs.values()) exec.process?.end(137);
    container.execs.clear();
    if (container.spec.autoRemove) this.drop(container);
  }

  private drop(container: FakeContainer): void {
    this.world.containers.delete(container.spec.uuid);
    this.world.emit(container, 'destroy');
  }

  private change(container: FakeContainer, state: Partial<EngineState>, action: string): void {
    container.state = { ...container.state, ...state };
    this.world.emit(container, action);
  }

  /** Times of one engine never repeat, however fast a test is. */
  private now(): string {
    this.lastTime = Math.max(this.lastTime + 1, this.clock.now());
    return new Date(this.lastTime).toISOString();
  }
}
