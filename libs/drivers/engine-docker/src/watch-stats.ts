import type { EngineContainer, TimedStatsSample } from '@zun/driver-api';
import type Dockerode from 'dockerode';
import type { EngineClient } from './engine-client.js';
import { toEngineError } from './engine-error.js';
import { jsonLines } from './json-lines.js';
import { readStats } from './read-stats.js';

/** What a running container uses, as often as the engine tells it: about once a second. */
export async function watchStats(
  client: EngineClient,
  { uuid, engineId }: EngineContainer,
  signal: AbortSignal,
): Promise<AsyncIterable<TimedStatsSample>> {
  const open = (docker: Dockerode, abortSignal: AbortSignal): Promise<NodeJS.ReadableStream> => {
    // The types do not know that it can be aborted.
    const options = { stream: true, abortSignal } as const;
    return docker.getContainer(engineId).stats(options as { stream: true });
  };
  return samples(await client.open(open, { uuid, signal }), signal);
}

async function* samples(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<TimedStatsSample> {
  try {
    for await (const stats of jsonLines<Dockerode.ContainerStats>(stream)) {
      if (isOfStopped(stats)) return;
      yield { ...readStats(stats), time: new Date(stats.read).toISOString() };
    }
  } catch (error) {
    if (!signal.aborted) throw toEngineError(error);
  }
}

/** Of a container that has stopped the engine goes on to tell, but nothing. */
function isOfStopped({ cpu_stats: cpu, read }: Dockerode.ContainerStats): boolean {
  return !cpu?.system_cpu_usage || Number.isNaN(Date.parse(read));
}
