import type { Archive, PutArchiveOptions } from '@zun/driver-api';
import { EngineRefusedError, type PathStat } from '@zun/domain';
import type { Readable } from 'node:stream';
import type { EngineClient } from './engine-client.js';
import { isRefusal, toEngineError } from './engine-error.js';
import { outgoing } from './outgoing.js';

/** Bits of a file's mode as Go writes it. */
const DIRECTORY = 2 ** 31;
const SYMBOLIC_LINK = 2 ** 27;

/** A container that is known to be there. */
export interface ArchiveSource {
  readonly uuid: string;
  readonly engineId: string;
}

/** Where an archive is unpacked. */
export interface ArchiveTarget extends ArchiveSource, PutArchiveOptions {
  readonly path: string;
}

/** Reads a path of a container; the archive comes while the engine packs it. */
export async function getArchive(client: EngineClient, source: ArchiveSource, path: string): Promise<Archive> {
  try {
    const stream = await client.open((docker, abortSignal) =>
      docker.getContainer(source.engineId).getArchive({ path, abortSignal }),
    );
    return { stat: readStat(stream), content: translated(stream) };
  } catch (error) {
    throw isNoPath(error) ? notThere(source.uuid, path) : error;
  }
}

/**
 * Unpacks an archive while it comes. The directory is looked for first: an engine that refuses in the middle of what it is sent often
 * hangs up before its answer can be read.
 */
export async function putArchive(client: EngineClient, target: ArchiveTarget, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { path } = target;
  await demandDirectory(client, target, path);
  const { stream, broken, throwIfBroken } = outgoing(content);
  try {
    await client.call(
      (docker, signal) => {
        const abortSignal = AbortSignal.any([signal, broken]);
        const request = { path, ...(target.keepsDirectories ? { noOverwriteDirNonDir: 'true' } : {}), abortSignal };
        return docker.getContainer(target.engineId).putArchive(stream, request);
      },
      // As long as it takes: whoever sends it may be slow.
      { timeoutMs: Infinity },
    );
  } catch (error) {
    throwIfBroken();
    throw isRefusal(error, 'internal') ? noArchive((error as EngineRefusedError).detail) : error;
  } finally {
    stream.destroy();
  }
}

/** What the kernel says of a path that cannot be one, the engine passes on as a failure of its own; with its own paths in it. */
const NO_PATH = /file name too long|too many levels of symbolic links|not a directory/i;

function isNoPath(error: unknown): boolean {
  return isRefusal(error, 'not-found') || (isRefusal(error, 'internal') && NO_PATH.test((error as EngineRefusedError).detail));
}

async function demandDirectory(client: EngineClient, { uuid, engineId }: ArchiveSource, path: string): Promise<void> {
  try {
    const answer = await client.open((docker) => docker.getContainer(engineId).infoArchive({ path }));
    const { mode } = readStat(answer);
    answer.resume();
    if (!has(mode, DIRECTORY) && !has(mode, SYMBOLIC_LINK)) throw invalid(`path: ${path} is no directory of container ${uuid}.`);
  } catch (error) {
    // An engine answers this question without words: whatever it finds wrong is about the path.
    throw isRefusal(error, 'not-found', 'internal') ? notThere(uuid, path) : error;
  }
}

const has = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;

/** The engine sends it beside the archive, in a header. Podman gives every file a target, its own path; only a link has one. */
function readStat(answer: Readable): PathStat {
  const header = (answer as unknown as { headers: Record<string, string | undefined> }).headers['x-docker-container-path-stat'];
  const stat = JSON.parse(Buffer.from(header ?? '', 'base64').toString()) as PathStat;
  return has(stat.mode, SYMBOLIC_LINK) ? stat : { ...stat, linkTarget: '' };
}

function notThere(uuid: string, path: string): EngineRefusedError {
  return invalid(`path: could not find ${path} in container ${uuid}.`);
}

function noArchive(detail: string): EngineRefusedError {
  return invalid(`data: the archive could not be unpacked: ${detail}`);
}

function invalid(detail: string): EngineRefusedError {
  return new EngineRefusedError(detail, { errorClass: 'invalid', code: 'invalid-value' });
}

async function* translated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw toEngineError(error);
  }
}
