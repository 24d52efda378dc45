import type { EngineMount } from './volume-driver.js';
import type {
  ContainerSpec,
  EngineState,
  ExecResult,
  PathStat,
  StatsSample,
  TerminalSize,
  TimedStatsSample,
  TopResult,
} from '@zun/domain';
import type { Terminal } from './terminal.js';

export type { ExecResult, StatsSample, TimedStatsSample, TopResult };

/** What an engine tells of itself and its machine. */
export interface EngineInfo {
  readonly engineVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly architecture: string;
  readonly osType: string;
  readonly os: string;
  readonly kernelVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runtimes: readonly string[];
  readonly containers: number;
  /** The directory whose file system holds images and containers. */
  readonly rootDir: string;
  /** Whether `diskGib` of a container can be enforced. */
  readonly diskQuotaSupported: boolean;
}

export interface ImageConfig {
  /** The engine's own, `sha256:…`. */
  readonly id: string;
  readonly sizeBytes: number;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
}

/** What a registry that can be searched tells of one of its images. */
export interface FoundImage {
  readonly name: string;
  readonly description: string;
  readonly isOfficial: boolean;
  readonly isAutomated: boolean;
  readonly stars: number;
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** Progress of a pull: bytes over all layers known so far; `totalBytes` is 0 until the engine tells. */
export interface PullProgress {
  readonly currentBytes: number;
  readonly totalBytes: number;
}

export interface PullOptions {
  readonly credentials?: RegistryCredentials;
  readonly onProgress?: (progress: PullProgress) => void;
  /** Aborting it ends the pull on the engine too; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface ImageTransferOptions {
  /** Aborting it ends the transfer; the call, or the content, then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** One container as the engine sees it. */
export interface EngineContainer {
  /** The engine's own id. */
  readonly engineId: string;
  /** Our uuid, from the label. */
  readonly uuid: string;
  /** The name of the host whose compute service made it, from the label. */
  readonly host: string;
  /** The action that made it, from the label {@link LABEL_ACTION}; null: made before there was such a label. */
  readonly madeBy: number | null;
  readonly state: EngineState;
  readonly hostname: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  /** Exposed port numbers. */
  readonly ports: readonly number[];
  readonly runtime: string | null;
  readonly networks: readonly EngineEndpoint[];
}

/** A container's place on one of the engine's networks. */
export interface EngineEndpoint {
  readonly networkId: string;
  readonly networkName: string;
  readonly endpointId: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/** How a container is put on a network when it is created; made by a {@link NetworkDriver}. */
export interface NetworkAttachment {
  readonly networkName: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly macAddress?: string;
}

export interface CreateOptions {
  /** `repository:tag` (or id) that {@link ContainerEngine.pullImage} or {@link ContainerEngine.inspectImage} knows. */
  readonly image: string;
  /** The first is given at creation, the others are connected afterwards in order. Empty: no network. */
  readonly networks: readonly NetworkAttachment[];
  /** Used when the spec names no runtime; null: the engine's default. */
  readonly defaultRuntime: string | null;
  /** Volumes; absent: none. */
  readonly mounts?: readonly EngineMount[];
  /** The id of the action that makes it; written on it. */
  readonly madeBy?: number;
}

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly timestamps: boolean;
  /** Lines from the end; null for all. */
  readonly tail: number | null;
  /** Seconds since the epoch; null for all. */
  readonly since: number | null;
  /** Also what is written from now on, as it comes, until the container's output ends. */
  readonly follow?: boolean;
  /** Aborting it ends the log, quietly. */
  readonly signal?: AbortSignal;
}

export interface ExecOptions {
  /** The command, already split into words. */
  readonly command: readonly string[];
  readonly interactive: boolean;
  /** Milliseconds to wait for its end. */
  readonly timeoutMs: number;
}

/** A file or directory of a container as a tar archive. */
export interface Archive {
  readonly stat: PathStat;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface PutArchiveOptions {
  /** Refuse a file in the place of a directory, instead of removing the directory. */
  readonly keepsDirectories?: boolean;
}

/** A command that runs for a stream. */
export interface StreamedExec {
  readonly uuid: string;
  readonly execId: string;
}

/** Something happened to a container of this host; look at it again. */
export interface EngineEvent {
  readonly uuid: string;
  /** The engine's word, e.g. `start`, `die`, `destroy`. */
  readonly action: string;
}

/**
 * A container engine. Containers are known by our uuid: the engine's name is `zun-<uuid>` and every container carries the
 * labels {@link LABEL_UUID} and {@link LABEL_HOST}; the engine touches nothing without its own host's label.
 *
 * Every verb is idempotent: done already is success. Errors: {@link EngineUnavailableError} when the engine does not answer
 * (the caller retries), {@link EngineRefusedError} when it says no (the caller reports it), `ContainerNotFoundError` where a verb needs a
 * container that is not there. Nothing else is thrown.
 */
export interface ContainerEngine {
  /** @throws EngineUnavailableError */
  info(): Promise<EngineInfo>;

  /** Pulls `reference` (`[registry/]path:tag`). Errors for an unknown image name it and say so. */
  pullImage(reference: string, options?: PullOptions): Promise<ImageConfig>;
  /** @returns null when the engine does not have the image. */
  inspectImage(reference: string): Promise<ImageConfig | null>;
  /**
   * Takes a name from an image, and removes the image with its last name; gone already is success. Refuses as a conflict while a
   * container, running or not, is made from it.
   */
  removeImage(reference: string): Promise<void>;
  /**
   * Takes an image in from an archive as `docker save` writes it, under this name and no other, whatever the archive says; a name that is
   * taken means this image from then on. When the content throws, nothing of it stays.
   * @throws EngineRefusedError of class invalid for what is no such archive, or holds none or several images; also what `content` throws
   */
  loadImage(content: AsyncIterable<Uint8Array>, reference: string, options?: ImageTransferOptions): Promise<ImageConfig>;
  /** Such an archive of an image. @throws EngineRefusedError with code image-not-found */
  saveImage(reference: string, options?: ImageTransferOptions): Promise<AsyncIterable<Uint8Array>>;
  /** Asks the engine's public registry. @throws EngineRefusedError of class internal when there is none within reach */
  searchImages(term: string): Promise<readonly FoundImage[]>;

  /**
   * Makes an image of a container's file system and settings. Its processes stand still meanwhile. The image does not carry the labels by
   * which containers of ours are known.
   * @param reference the image's `repository:tag`; one that is there already is left as it is
   */
  commit(uuid: string, reference: string): Promise<ImageConfig>;

  /**
   * Creates the container, unless it is there under its name.
   * @returns whether it was made now
   */
  create(spec: ContainerSpec, options: CreateOptions): Promise<boolean>;
  /** @returns null when the engine does not know the container. */
  inspect(uuid: string): Promise<EngineContainer | null>;
  /** Every container with this host's label, running or not. */
  list(): Promise<readonly EngineContainer[]>;
  /** Refuses with code {@link START_LOST_CODE} when only making the container anew helps. */
  start(uuid: string): Promise<void>;
  /** @param timeoutS seconds of grace before the process is killed */
  stop(uuid: string, timeoutS: number): Promise<void>;
  restart(uuid: string, timeoutS: number): Promise<void>;
  pause(uuid: string): Promise<void>;
  unpause(uuid: string): Promise<void>;
  /** @param signal a Linux signal name such as `SIGTERM`, or its number */
  kill(uuid: string, signal: string): Promise<void>;
  /** Removes the container with its anonymous volumes; gone already is success. @param force also when it runs */
  remove(uuid: string, force: boolean): Promise<void>;
  /** Changes the limits of a live container. */
  updateResources(uuid: string, resources: { cpu?: number; memoryMib?: number; memorySwap: number }): Promise<void>;

  /** Puts a container, running or not, on one more network of the engine. On it already is success. */
  connect(uuid: string, network: NetworkAttachment): Promise<void>;
  /** Takes a container off a network of the engine; not on it is success. It stays off when it is started again. */
  disconnect(uuid: string, networkName: string): Promise<void>;

  logs(uuid: string, options: LogOptions): Promise<AsyncIterable<Uint8Array>>;
  /** @throws DomainError of class conflict when the command outlives its time */
  exec(uuid: string, options: ExecOptions): Promise<ExecResult>;
  /**
   * Joins the container's own process: its input, and its output from now on. Hanging up leaves the process as it is. Refuses as a
   * conflict when it does not run.
   */
  attach(uuid: string): Promise<Terminal>;
  /** Changes the size of the container's own terminal. Refuses as a conflict when it does not run. */
  resize(uuid: string, size: TerminalSize): Promise<void>;

  /**
   * Prepares a command, which does not run yet.
   * @returns its id, 64 hexadecimal digits
   */
  createExec(uuid: string, options: Pick<ExecOptions, 'command' | 'interactive'>): Promise<string>;
  /**
   * Runs a prepared command, once. Hanging up does not end it: see {@link endExec}.
   * @throws ExecNotFoundError for one that is not this container's; DomainError of class conflict when it has run
   */
  startExec(uuid: string, execId: string): Promise<Terminal>;
  /** @throws ExecNotFoundError for a command that is not this container's, or does not run (any more) */
  resizeExec(uuid: string, execId: string, size: TerminalSize): Promise<void>;
  /** @returns the exit code of a command; null while it runs @throws ExecNotFoundError */
  execExitCode(uuid: string, execId: string): Promise<number | null>;
  /** Ends a command that was started; ended or gone already is success. Refuses when it cannot be ended. */
  endExec(uuid: string, execId: string): Promise<void>;
  /** Commands of {@link createExec} that run in this host's containers, whoever started them. */
  streamedExecs(): Promise<readonly StreamedExec[]>;

  top(uuid: string, psArgs: string | null): Promise<TopResult>;
  stats(uuid: string): Promise<StatsSample>;
  /**
   * Samples of a running container, about one a second, until it stops. Ends quietly when `signal` aborts. Refuses as a conflict when it
   * does not run.
   */
  watchStats(uuid: string, signal: AbortSignal): Promise<AsyncIterable<TimedStatsSample>>;
  /** Of any container, running or not. Refuses a path that is not there as invalid. */
  getArchive(uuid: string, path: string): Promise<Archive>;
  /**
   * Unpacks a tar archive into a directory. Refuses as invalid a directory that is not there and what is no archive; part of it may
   * have been unpacked by then.
   * @throws also what `content` throws
   */
  putArchive(uuid: string, path: string, content: AsyncIterable<Uint8Array>, options?: PutArchiveOptions): Promise<void>;

  /**
   * Events of this host's containers, from now on. Ends (or throws EngineUnavailableError) when the engine goes away; the
   * caller lists everything again and reconnects. Ends quietly when `signal` aborts.
   * @param onReady called once the engine is certain to deliver every later event
   */
  events(signal: AbortSignal, onReady: () => void): AsyncIterable<EngineEvent>;
}

/**
 * Code of the refusal to start a container which the engine had begun to start as it was killed: it can be removed, and it can be
 * made anew, but this one will not start any more.
 */
export const START_LOST_CODE = 'start-lost';

/** Label on every container of ours: its uuid. */
export const LABEL_UUID = 'org.openstack.zun.uuid';
/** Label on every container of ours: the host name of the compute service that made it. */
export const LABEL_HOST = 'org.openstack.zun.host';
/** Label on every container of ours: the id of the action that made it, a create or a rebuild. */
export const LABEL_ACTION = 'org.openstack.zun.action';
/** Label on every network of ours: the project it belongs to. Not bound to a host: hosts that share an engine share it. Also on volumes. */
export const LABEL_PROJECT = 'org.openstack.zun.project';
/** Label on every volume of ours: its uuid. */
export const LABEL_VOLUME = 'org.openstack.zun.volume';
