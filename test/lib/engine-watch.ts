import { request } from 'node:http';
import { engineCall } from '../../tools/lib/engine-api.mjs';
import type { PrivateEngine } from '../../tools/lib/private-engine.mjs';

export interface EngineWatch {
  close(): void;
}

interface EventLine {
  readonly Action: string;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/**
 * Calls back for every event of a container, in the same turn in which it is read: as close to the moment as an onlooker can be.
 * Resolves when the engine sends events; they end when it dies.
 */
export function watchEngine(engine: PrivateEngine, onEvent: (action: string, uuid: string) => void): Promise<EngineWatch> {
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: engine.socket, path: `/events?filters=${filters}` }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => undefined); // the engine was killed
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines.filter(Boolean)) {
          const { Action, Actor } = JSON.parse(line) as EventLine;
          onEvent(Action, (Actor.Attributes['name'] ?? '').replace(/^zun-/, ''));
        }
      });
      resolve({ close: () => call.destroy() });
    });
    call.on('error', reject);
    call.end();
  });
}

/**
 * What a container of {@link COUNTS_STARTS} runs: each start of its process adds a line to a file of its own, which outlives the
 * process. It ends a moment after it is asked to.
 */
export const COUNTS_STARTS = [
  'sh',
  '-c',
  'echo start >> /starts; trap "sleep 0.2; exit 0" TERM; while :; do sleep 1 & wait $!; done',
] as const;

/** How often the process of a container was started. */
export async function startsOf(engine: PrivateEngine, uuid: string): Promise<number> {
  const tar = await engineCall(engine.socket, 'GET', `/containers/zun-${uuid}/archive?path=/starts`).catch((error: unknown) => {
    if (/no such file|could not find the file/i.test(String(error))) return '';
    throw error;
  });
  return tar.split('\n').filter((line) => /(^|\0)start$/.test(line)).length;
}
