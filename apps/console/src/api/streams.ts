import { send, type RequestOptions } from './http.js';
import { readJsonLines } from './ndjson.js';
import { whileHeard } from './while-heard.js';
import { readEvents, type ServerSentEvent } from './sse.js';
import type { StatsSample } from './types.js';

/** The API says at least each 15 s that it is there. */
const SILENCE_MS = 40_000;

type Until = { readonly signal: AbortSignal };

async function* textOf(path: string, options: RequestOptions): AsyncGenerator<string> {
  const { body } = await send(path, options);
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** What happens to containers, from a cursor on; ends when the connection is dead. @throws ApiError */
export async function* containerEvents(cursor: string, allProjects: boolean, { signal }: Until): AsyncGenerator<ServerSentEvent> {
  const headers: Record<string, string> = cursor === '' ? {} : { 'Last-Event-ID': cursor };
  const silence = new AbortController();
  const options = {
    query: { all_projects: allProjects || undefined },
    headers,
    signal: AbortSignal.any([signal, silence.signal]),
  };
  yield* readEvents(whileHeard(textOf('/v1/events', options), SILENCE_MS, () => silence.abort()));
}

/** The log, and what is added to it as long as the container runs. @throws ApiError */
export function followLogs(uuid: string, tail: number, timestamps: boolean, { signal }: Until): AsyncGenerator<string> {
  return textOf(`/v1/containers/${uuid}/logs`, { query: { follow: true, tail, timestamps: timestamps || undefined }, signal });
}

/** About one sample a second, as long as the container runs. @throws ApiError */
export function followStats(uuid: string, { signal }: Until): AsyncGenerator<StatsSample> {
  return readJsonLines(textOf(`/v1/containers/${uuid}/stats`, { query: { stream: true }, signal }));
}
