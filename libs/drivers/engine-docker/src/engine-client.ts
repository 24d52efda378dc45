import { EngineRefusedError } from '@zun/domain';
import type Dockerode from 'dockerode';
import type { Duplex, Readable } from 'node:stream';
import { connectionOf, dockerodeOf, type EngineConnection } from './connection.js';
import { toEngineError, type CallFacts } from './engine-error.js';
import { hijack } from './hijack.js';
import type { CompiledOptions } from './options.js';

/** The newest version of Docker's API that this driver was written for; engines down to 1.41 (Docker 20.10) are known to work. */
const NEWEST_KNOWN = '1.47';

/** How long an engine may think about a question that it answers from memory. */
const PROBE_TIMEOUT_MS = 10_000;

export interface CallOptions extends CallFacts {
  /** Milliseconds; absent: the engine's general limit. For a stream: until its first byte may be read. */
  readonly timeoutMs?: number;
}

export interface StreamOptions extends CallOptions {
  readonly signal?: AbortSignal;
}

type Call<T> = (docker: Dockerode, signal: AbortSignal) => Promise<T>;

/**
 * One connection pool to one engine: negotiates the API version, limits the time of every call, and lets out no error but ours.
 * The version is negotiated again after the engine was away, as it may have come back as another release.
 */
export class EngineClient {
  private readonly connection: EngineConnection;
  private readonly docker: Dockerode;
  private negotiated: Promise<string> | null = null;
  /** Reached by a socket of this machine's file system: processes that the engine tells of may be seen from here. */
  readonly isLocal: boolean;

  constructor(private readonly options: CompiledOptions) {
    this.connection = connectionOf(options);
    this.docker = dockerodeOf(this.connection);
    this.isLocal = this.connection.socketPath !== undefined;
  }

  /** The API version both sides speak, e.g. `1.41`. */
  async apiVersion(): Promise<string> {
    this.negotiated ??= this.negotiate().catch((error: unknown) => {
      this.negotiated = null;
      throw error;
    });
    return this.negotiated;
  }

  /** Makes one call. @throws only errors of {@link toEngineError} */
  async call<T>(make: Call<T>, options: CallOptions = {}): Promise<T> {
    await this.apiVersion();
    return this.limited(make, options);
  }

  /** A call that the engine answers from memory: when that takes long, the engine is as good as away. */
  async probe<T>(make: Call<T>): Promise<T> {
    return this.call(make, { timeoutMs: Math.min(PROBE_TIMEOUT_MS, this.options.timeoutMs) });
  }

  /** Opens a stream; the time limit ends when it is open. Destroy the stream, or abort the signal, to end it. */
  async open(make: Call<NodeJS.ReadableStream>, options: StreamOptions = {}): Promise<Readable> {
    await this.apiVersion();
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    const unlink = (): void => options.signal?.removeEventListener('abort', abort);
    try {
      const stream = (await this.limited(make, options, stop)) as Readable;
      stream.once('close', unlink);
      return stream;
    } catch (error) {
      unlink();
      throw error;
    }
  }

  /**
   * Joins a process: what is written is its input, what is read is its output, and each way ends on its own.
   * @param path of the API, without version; a query may be in it
   * @param body sent as JSON; absent: none
   */
  async join(path: string, { body, ...options }: CallOptions & { readonly body?: object } = {}): Promise<Duplex> {
    const version = await this.apiVersion();
    return this.limited((_, signal) => hijack(this.connection, { path: `/v${version}${path}`, body, signal }), options);
  }

  private async limited<T>(make: Call<T>, options: CallOptions, stop = new AbortController()): Promise<T> {
    const limit = startLimit(options.timeoutMs ?? this.options.timeoutMs, stop);
    try {
      return await Promise.race([make(this.docker, stop.signal), limit.expired]);
    } catch (error) {
      const ours = toEngineError(error, options);
      if (ours.code === 'engine-unavailable') this.negotiated = null;
      throw ours;
    } finally {
      limit.clear();
    }
  }

  private async negotiate(): Promise<string> {
    setVersion(this.docker, undefined);
    const engine = await this.limited((docker) => docker.version(), { timeoutMs: PROBE_TIMEOUT_MS });
    const version = chooseApiVersion(engine.ApiVersion, (engine as { MinAPIVersion?: string }).MinAPIVersion);
    setVersion(this.docker, version);
    return version;
  }
}

/** Rejects and aborts when the time is over; the race is needed as not every call of dockerode can be aborted. */
function startLimit(timeoutMs: number, stop: AbortController): { expired: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    if (!Number.isFinite(timeoutMs)) return;
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
      stop.abort();
    }, timeoutMs);
  });
  return { expired, clear: () => clearTimeout(timer) };
}

/**
 * @param newest what the engine speaks at most
 * @param oldest what it speaks at least
 * @throws EngineRefusedError when it no longer speaks any version known here
 */
export function chooseApiVersion(newest: string, oldest?: string): string {
  if (oldest && isOlder(NEWEST_KNOWN, oldest)) {
    throw new EngineRefusedError(`The container engine wants API ${oldest} or newer; this service speaks up to ${NEWEST_KNOWN}.`);
  }
  return isOlder(newest, NEWEST_KNOWN) ? newest : NEWEST_KNOWN;
}

/** Compares `major.minor`. */
export function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = than.split('.').map(Number);
  return major !== otherMajor ? major < otherMajor : minor < otherMinor;
}

function setVersion(docker: Dockerode, version: string | undefined): void {
  (docker.modem as { version?: string }).version = version && `v${version}`;
}
