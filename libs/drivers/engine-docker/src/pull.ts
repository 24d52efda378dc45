import type { PullOptions, PullProgress } from '@zun/driver-api';
import type { EngineClient } from './engine-client.js';
import { refusalFromStream, toEngineError } from './engine-error.js';
import { jsonLines } from './json-lines.js';

/** One line of the engine's account of a pull. */
export interface PullLine {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

/** Adds up the layers of one pull. */
export class LayerProgress {
  private readonly layers = new Map<string, { current: number; total: number }>();

  /** @returns the sum so far, or null when the line changes nothing. */
  add({ id, status, progressDetail }: PullLine): PullProgress | null {
    if (!id) return null;
    const layer = this.layers.get(id);
    if (status === 'Downloading' && progressDetail?.total) {
      this.layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    } else if (layer && (status === 'Download complete' || status === 'Pull complete')) {
      layer.current = layer.total;
    } else return null;
    return this.sum();
  }

  private sum(): PullProgress {
    const progress = { currentBytes: 0, totalBytes: 0 };
    for (const { current, total } of this.layers.values()) {
      progress.currentBytes += current;
      progress.totalBytes += total;
    }
    return progress;
  }
}

/** Splits `path:tag`; the colon of a registry's port is not one of a tag. */
export function splitTag(reference: string): { repository: string; tag: string } {
  const colon = reference.lastIndexOf(':');
  if (colon === -1 || reference.indexOf('/', colon) !== -1) return { repository: reference, tag: 'latest' };
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/**
 * Pulls to the end. No limit of time: a large image on a slow line may take hours, and the engine itself notices a registry that hangs.
 * The engine ends its pull when we hang up, which is how a pull is cancelled.
 */
export async function pull(client: EngineClient, reference: string, options: PullOptions): Promise<void> {
  options.signal?.throwIfAborted();
  try {
    await follow(client, reference, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw toEngineError(error);
  }
}

async function follow(client: EngineClient, reference: string, options: PullOptions): Promise<void> {
  const { repository, tag } = splitTag(reference);
  const stream = await client.open(
    (docker, abortSignal) => docker.createImage(options.credentials, { fromImage: repository, tag, abortSignal }),
    { timeoutMs: Infinity, signal: options.signal },
  );
  const layers = new LayerProgress();
  for await (const line of jsonLines<PullLine>(stream)) {
    if (line.error) throw refusalFromStream(line.error);
    const progress = layers.add(line);
    if (progress) options.onProgress?.(progress);
  }
}
