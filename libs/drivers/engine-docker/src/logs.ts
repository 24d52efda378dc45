import type { LogOptions } from '@zun/driver-api';
import type Dockerode from 'dockerode';
import type { Readable } from 'node:stream';
import { demultiplex } from './demux.js';
import type { EngineClient } from './engine-client.js';
import { toEngineError } from './engine-error.js';

export interface LogSource {
  readonly uuid: string;
  readonly engineId: string;
  /** With a terminal the output is one raw stream, without it is multiplexed. */
  readonly tty: boolean;
}

/** The log, up to now or on and on, as bytes that arrive while the engine reads; both streams in the order they were written. */
export async function readLogs(client: EngineClient, source: LogSource, options: LogOptions): Promise<AsyncIterable<Uint8Array>> {
  // Podman answers only once something is said, which may be never: whoever follows does not wait for that.
  const waiting = open(client, source, options, options.follow ? Infinity : undefined);
  if (!options.follow) await waiting;
  waiting.catch(() => undefined);
  return translated(waiting, source.tty, options.signal);
}

function open(client: EngineClient, source: LogSource, options: LogOptions, timeoutMs: number | undefined): Promise<Readable> {
  return client.open((docker, abortSignal) => openLogs(docker, source, options, abortSignal), {
    uuid: source.uuid,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** Not `container.logs()`: without `follow` that collects everything in memory, and parses a log that happens to be JSON. */
function openLogs(
  docker: Dockerode,
  { engineId }: LogSource,
  options: LogOptions,
  abortSignal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  const query = {
    follow: options.follow ?? false,
    stdout: options.stdout,
    stderr: options.stderr,
    timestamps: options.timestamps,
    tail: options.tail === null ? 'all' : String(options.tail),
    ...(options.since === null ? {} : { since: options.since }),
  };
  const statusCodes = { 200: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' };
  const request = {
    path: `/containers/${engineId}/logs?`,
    method: 'GET',
    options: query,
    abortSignal,
    isStream: true,
    statusCodes,
  };
  return new Promise((resolve, reject) => {
    const modem = docker.modem as {
      dial(request: object, done: (error: Error | null, stream: NodeJS.ReadableStream) => void): void;
    };
    modem.dial(request, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

async function* translated(waiting: Promise<Readable>, tty: boolean, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const stream = await waiting;
    yield* tty ? stream : demultiplex(stream);
  } catch (error) {
    if (!signal?.aborted) throw toEngineError(error);
  }
}
