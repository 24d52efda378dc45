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
  type DomainError,
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
import { follow, textOf, write } from './fake-log.js';
import { endpointsOf, FakeWorld, type FakeContainer, type FakeExec } from './fake-world.js';
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
    const pulled = this.answer('pullImage', reference, () => {
      const image = this.world.registry.get(reference);
      if (!image) throw noImage(`pull access denied for ${reference}, repository does not exist`);
      for (const share of [0.5, 1]) options.onProgress?.({ currentBytes: image.bytes * share, totalBytes: image.bytes });
      const pulled = { ...image, sizeBytes: image.bytes };
      this.world.images.set(reference, pulled);
      return pulled;
    });
    return options.signal ? Promise.race([pulled, aborted(options.signal)]) : pulled;
  }

  inspectImage(reference: string): Promise<ImageConfig | null> {
    return this.answer('inspectImage', reference, () => this.world.images.get(reference) ?? null);
  }

  removeImage(reference: string): Promise<void> {
    return this.answer('removeImage', reference, () => {
      const { containers, images } = this.world;
      const user = [...containers.values()].find(({ image }) => image === reference || images.get(image)?.id === reference);
      if (user) throw conflict(`unable to remove ${reference}: container ${user.engineId} is using it`);
      images.delete(reference);
    });
  }

  searchImages(term: string): Promise<readonly FoundImage[]> {
    return this.answer('searchImages', term, () => {
      const names = [...this.world.registry.keys()].map((reference) => reference.slice(0, reference.lastIndexOf(':')));
      const plain = { description: '', isOfficial: false, isAutomated: false, stars: 0 };
      return names.filter((name) => name.includes(term)).map((name) => ({ name, ...plain }));
    });
  }

  commit(uuid: string, reference: string): Promise<ImageConfig> {
    return this.on('commit', uuid, ({ spec }) => {
      const config = { command: spec.command ?? [], entrypoint: spec.entrypoint ?? [] };
      const made = { id: `sha256:${this.world.nextId()}`, sizeBytes: 2048, ...config };
      const image = this.world.images.get(reference) ?? made;
      this.world.images.set(reference, image);
      return image;
    });
  }

  create(spec: ContainerSpec, options: CreateOptions): Promise<boolean> {
    return this.answer('create', spec.uuid, () => {
      const there = this.world.containers.get(spec.uuid);
      if (there && there.host !== this.host) throw conflict(`the name of ${spec.uuid} is in use`);
      if (there) return false;
      if (!this.world.images.has(options.image)) throw noImage(`No such image: ${options.image}`);
      const container = this.make(spec, options);
      this.world.containers.set(spec.uuid, container);
      this.world.emit(container, 'create');
      return true;
    });
  }

  inspect(uuid: string): Promise<EngineContainer | null> {
    return this.answer('inspect', uuid, () => {
      const container = this.world.containers.get(uuid);
      return container && container.host === this.host ? this.show(container) : null;
    });
  }

  list(): Promise<readonly EngineContainer[]> {
    return this.answer('list', '', () =>
      [...this.world.containers.values()].filter(({ host }) => host === this.host).map((container) => this.show(container)),
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

  connect(uuid: string, { networkName, ipv4 }: NetworkAttachment): Promise<void> {
    return this.on('connect', uuid, (container) => {
      if (this.world.networks?.has(networkName) === false) throw noNetwork(networkName);
      if (container.networkNames.includes(networkName)) return;
      if (ipv4 && this.isTaken(networkName, ipv4)) throw conflict('Address already in use');
      container.networkNames.push(networkName);
      if (ipv4) container.fixedIps.set(networkName, ipv4);
    });
  }

  disconnect(uuid: string, networkName: string): Promise<void> {
    return this.on('disconnect', uuid, (container) => {
      container.networkNames = container.networkNames.filter((name) => name !== networkName);
      container.fixedIps.delete(networkName);
    });
  }

  logs(uuid: string, options: LogOptions): Promise<AsyncIterable<Uint8Array>> {
    return this.on('logs', uuid, (container) => {
      if (!options.stdout && !options.stderr) throw new EngineRefusedError('choose a stream', { errorClass: 'invalid' });
      const wanted = container.log.filter(({ stream, atMs }) => options[stream] && atMs >= (options.since ?? 0) * 1000);
      const lines = options.tail === null ? wanted : wanted.slice(Math.max(0, wanted.length - options.tail));
      return options.follow ? follow(container, lines, options) : chunks(lines.map((line) => textOf(line, options)));
    });
  }

  exec(uuid: string, options: ExecOptions): Promise<ExecResult> {
    return this.on('exec', uuid, (container) => {
      if (container.state.phase !== 'running') throw conflict(`Container ${uuid} is not running`);
      const program = readProgram(options.command);
      if (!program) return { output: `exec: "${options.command[0]}": executable file not found in $PATH`, exitCode: 127 };
      if (program.exitCode === null) throw conflict(`Timeout on executing command: ${options.command.join(' ')}`);
      return { output: program.lines.map(({ text }) => text).join(''), exitCode: program.exitCode };
    });
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
    return this.onExec('startExec', uuid, execId, (exec) => {
      if (exec.process) throw conflict(`Command ${execId} has been started already.`);
      const missing = { stream: 'stderr' as const, text: `exec: "${exec.command[0]}": executable file not found in $PATH` };
      exec.process = new FakeProcess(readProgram(exec.command) ?? { lines: [missing], exitCode: 127 });
      const joined = exec.process.join();
      exec.process.begin();
      return joined;
    });
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
      [...this.world.containers.values()]
        .filter(({ host }) => host === this.host)
        .flatMap(({ execs, spec: { uuid } }) =>
          [...execs].filter(([, { process }]) => process?.exitCode === null).map(([execId]) => ({ uuid, execId })),
        ),
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

  /** What was put into a directory is what is got from it, and from any path in it. */
  getArchive(uuid: string, path: string): Promise<Archive> {
    return this.on('getArchive', uuid, (container) => {
      const name = path.split('/').at(-1) ?? '';
      const stat = { name, size: 0, mode: 0o755, mtime: '2000-01-01T00:00:00Z', linkTarget: '' };
      const directory = DIRECTORIES.find((known) => path === known || path.startsWith(`${known}/`));
      const archive = container.archives.get(directory ?? '');
      if (!directory || (path !== directory && !archive?.includes(name))) throw notThere(path);
      return { stat, content: once(archive ?? Buffer.alloc(1024)) };
    });
  }

  async putArchive(
    uuid: string,
    path: string,
    content: AsyncIterable<Uint8Array>,
    options: PutArchiveOptions = {},
  ): Promise<void> {
    const put = await this.on('putArchive', uuid, (container) => {
      if (!DIRECTORIES.includes(path)) throw notThere(path);
      return container.archives;
    });
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    const archive = Buffer.concat(parts);
    if (archive.length % 512 !== 0) throw new EngineRefusedError('data: unexpected EOF', { errorClass: 'invalid' });
    const name = `/${archive.toString('latin1', 0, archive.indexOf(0))}`;
    if (options.keepsDirectories && path === '/' && DIRECTORIES.includes(name)) throw noOverwrite(name);
    put.set(path, archive);
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

  private isTaken(networkName: string, address: string): boolean {
    return [...this.world.containers.values()].some((other) => isLive(other) && other.fixedIps.get(networkName) === address);
  }

  private make(spec: ContainerSpec, options: CreateOptions): FakeContainer {
    return {
      engineId: this.world.nextId(),
      spec,
      host: this.host,
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

  private run(container: FakeContainer): void {
    const words = wordsOf(container, this.world);
    const program = readProgram(words);
    if (!program) {
      const error = `exec: "${words[0]}": executable file not found in $PATH`;
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

  private show(container: FakeContainer): EngineContainer {
    const { spec } = container;
    const image = this.world.images.get(container.image);
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
}

function isLive({ state }: FakeContainer): boolean {
  return state.phase === 'running' || state.phase === 'paused';
}

function wordsOf({ spec, image }: FakeContainer, world: FakeWorld): readonly string[] {
  return [...(spec.entrypoint ?? []), ...(spec.command ?? world.images.get(image)?.command ?? [])];
}

const DIRECTORIES = ['/', '/tmp', '/etc'];

function noOverwrite(path: string): DomainError {
  return new EngineRefusedError(`cannot overwrite directory ${path} with non-directory`, { errorClass: 'invalid' });
}

function notThere(path: string): DomainError {
  return new EngineRefusedError(`path: could not find ${path}`, { errorClass: 'invalid', code: 'invalid-value' });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function conflict(detail: string): DomainError {
  return new EngineRefusedError(detail, { errorClass: 'conflict', code: 'conflict' });
}

function noNetwork(name: string): DomainError {
  return new EngineRefusedError(`network ${name} not found`, { errorClass: 'not-found', code: 'network-not-found' });
}

function noImage(detail: string): DomainError {
  return new EngineRefusedError(detail, { errorClass: 'invalid', code: 'image-not-found' });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function* chunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
