import type { FoundImage, ImageConfig, PullOptions } from '@zun/driver-api';
import { DomainError, EngineRefusedError } from '@zun/domain';
import { commitContainer } from './commit.js';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';
import { pull } from './pull.js';
import { readImage } from './read-container.js';
import { readFound, type SearchAnswer } from './read-found.js';

/** @throws EngineRefusedError when it cannot be had */
export async function pullImage(client: EngineClient, reference: string, options: PullOptions): Promise<ImageConfig> {
  await pull(client, reference, options);
  const image = await inspectImage(client, reference);
  if (!image) throw new EngineRefusedError(`No such image: ${reference}`, { errorClass: 'invalid', code: 'image-not-found' });
  return image;
}

/** @returns null when the engine does not have it */
export async function inspectImage(client: EngineClient, reference: string): Promise<ImageConfig | null> {
  try {
    return readImage(await client.call((docker) => docker.getImage(reference).inspect()));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Removes an image; one that is not there is no error. */
export async function removeImage(client: EngineClient, reference: string): Promise<void> {
  try {
    await client.call((docker, abortSignal) => docker.getImage(reference).remove({ abortSignal }));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** What the engine's registry finds by that term. */
export async function searchImages(client: EngineClient, term: string): Promise<readonly FoundImage[]> {
  const answer = (await client.call((docker, abortSignal) => docker.searchImages({ term, abortSignal }))) as SearchAnswer[];
  return answer.map(readFound);
}

/** Makes an image of a container, unless there is one of that name. */
export async function commitImage(client: EngineClient, uuid: string, reference: string): Promise<ImageConfig> {
  if (!(await inspectImage(client, reference))) await commitContainer(client, uuid, reference);
  const image = await inspectImage(client, reference);
  if (!image) throw new EngineRefusedError(`The image ${reference} was removed as soon as it was made.`);
  return image;
}

function isMissing(error: unknown): boolean {
  return (error instanceof DomainError && error.code === 'image-not-found') || isRefusal(error, 'not-found');
}
