import type { FoundImage, ImageConfig, PullOptions } from '@zun/driver-api';
import { conflict, noImage } from './fake-refusals.js';
import type { FakeContainer, FakeWorld } from './fake-world.js';

/** Takes an image out of the registry into the engine. */
export function pullImage(world: FakeWorld, reference: string, { onProgress }: PullOptions): ImageConfig {
  const image = world.registry.get(reference);
  if (!image) throw noImage(`pull access denied for ${reference}, repository does not exist`);
  for (const share of [0.5, 1]) onProgress?.({ currentBytes: image.bytes * share, totalBytes: image.bytes });
  const pulled = { ...image, sizeBytes: image.bytes };
  world.images.set(reference, pulled);
  return pulled;
}

/** Removes an image that no container is made from. */
export function removeImage({ containers, images }: FakeWorld, reference: string): void {
  const user = [...containers.values()].find(({ image }) => image === reference || images.get(image)?.id === reference);
  if (user) throw conflict(`unable to remove ${reference}: container ${user.engineId} is using it`);
  images.delete(reference);
}

/** Repositories of the registry with the term in their name. */
export function searchImages({ registry }: FakeWorld, term: string): FoundImage[] {
  const names = [...registry.keys()].map((reference) => reference.slice(0, reference.lastIndexOf(':')));
  const plain = { description: '', isOfficial: false, isAutomated: false, stars: 0 };
  return names.filter((name) => name.includes(term)).map((name) => ({ name, ...plain }));
}

/** Makes an image of a container, unless there is one of that name. */
export function commitImage(world: FakeWorld, { spec }: FakeContainer, reference: string): ImageConfig {
  const config = { command: spec.command ?? [], entrypoint: spec.entrypoint ?? [] };
  const made = { id: `sha256:${world.nextId()}`, sizeBytes: 2048, ...config };
  const image = world.images.get(reference) ?? made;
  world.images.set(reference, image);
  return image;
}

/** Rejects with the reason of the abort, once there is one. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
