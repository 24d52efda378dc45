import type { ExecOptions, ExecResult } from '@zun/driver-api';
import { DomainError } from '@zun/domain';
import type { Readable } from 'node:stream';
import { demultiplex } from './demux.js';
import type { EngineClient } from './engine-client.js';
import { toEngineError } from './engine-error.js';
import { execBody } from './terminals.js';

export interface ExecTarget {
  readonly uuid: string;
  readonly engineId: string;
  /** Bytes of output that are kept; what comes after is read and dropped, so that the command does not block. */
  readonly maxOutputBytes: number;
}

/**
 * Runs a command in a container to its end and collects what it says on both streams.
 * An engine cannot end a command: one that outlives its time goes on, only nobody listens any more.
 * @throws DomainError of class conflict when it outlives its time
 */
export async function runExec(client: EngineClient, target: ExecTarget, options: ExecOptions): Promise<ExecResult> {
  const facts = { uuid: target.uuid };
  const exec = await client.call(
    (docker, abortSignal) => docker.getContainer(target.engineId).exec({ ...execBody(options), abortSignal }),
    facts,
  );
  const stream = await client.open(
    (_, abortSignal) => exec.start({ Detach: false, Tty: options.interactive, abortSignal }),
    facts,
  );
  const output = await collect(options.interactive ? stream : demultiplex(stream), stream, { ...target, ...options });
  const { ExitCode } = await client.call((_, abortSignal) => exec.inspect({ abortSignal }), facts);
  return { output, exitCode: ExitCode ?? 0 };
}

interface CollectLimits {
  readonly maxOutputBytes: number;
  readonly timeoutMs: number;
  readonly command: readonly string[];
}

async function collect(chunks: AsyncIterable<Uint8Array>, stream: Readable, limits: CollectLimits): Promise<string> {
  const kept: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stream.destroy();
  }, limits.timeoutMs);
  try {
    for await (const chunk of chunks) {
      const part = chunk.subarray(0, limits.maxOutputBytes - size);
      if (part.length > 0) kept.push(part);
      size += part.length;
    }
  } catch (error) {
    if (!late) throw toEngineError(error);
  } finally {
    clearTimeout(timer);
  }
  if (late) throw new DomainError('conflict', 'conflict', `Timeout on executing command: ${limits.command.join(' ')}`);
  return Buffer.concat(kept).toString('utf8');
}
