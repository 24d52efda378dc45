import { LABEL_HOST, LABEL_UUID, type EngineEvent } from '@zun/driver-api';
import type { EngineClient } from './engine-client.js';
import { toEngineError } from './engine-error.js';
import { jsonLines } from './json-lines.js';
import type { InfoAnswer } from './read-info.js';

interface EventLine {
  readonly Action?: string;
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

/** What is done *in* or *with* a container and changes nothing about it. */
const STATELESS = /^(exec_|top\b|attach\b|detach\b|resize\b|copy\b|export\b|archive-path\b|extract-to-dir\b|commit\b|sync\b)/;

/**
 * The engine's events of containers labelled with `host`.
 *
 * The engine opens the stream before it subscribes to its own events, so an event in between would be lost. Therefore the stream
 * asks for everything *since* a moment before it was opened, by the engine's own clock; events that come twice do no harm.
 */
export async function* hostEvents(
  client: EngineClient,
  host: string,
  signal: AbortSignal,
  onReady: () => void,
): AsyncGenerator<EngineEvent> {
  try {
    const since = await engineTime(client);
    const filters = JSON.stringify({ type: ['container'], label: [`${LABEL_HOST}=${host}`] });
    const stream = await client.open((docker, abortSignal) => docker.getEvents({ filters, since, abortSignal }), { signal });
    onReady();
    for await (const line of jsonLines<EventLine>(stream)) {
      const uuid = line.Actor?.Attributes?.[LABEL_UUID];
      if (uuid && line.Action && !STATELESS.test(line.Action)) yield { uuid, action: line.Action };
    }
  } catch (error) {
    if (!signal.aborted) throw toEngineError(error);
  }
}

/** Whole seconds since the epoch by the engine's clock, rounded down. */
async function engineTime(client: EngineClient): Promise<number> {
  const info = (await client.probe((docker) => docker.info())) as InfoAnswer;
  const now = info.SystemTime ? Date.parse(info.SystemTime) : NaN;
  return Math.floor((Number.isNaN(now) ? Date.now() : now) / 1000);
}
