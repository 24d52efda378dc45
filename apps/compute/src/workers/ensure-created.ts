import { actionRule, EngineRefusedError, InvalidValueError, type ContainerSpec } from '@zun/domain';
import { pullText } from '../images/pull-text.js';
import { attachVolumes, putFiles } from './mounts.js';
import type { VerbContext } from './verb.js';

/**
 * Makes the container, or completes one that an earlier try has begun to make.
 * @param replace is called when everything is there that the container is made from, and removes what is in its place
 * @returns whether it was made now, and so has never been started
 */
export async function ensureCreated(context: VerbContext, replace?: () => Promise<void>): Promise<boolean> {
  const { engine, message } = context;
  const existing = replace ? null : await engine.inspect(message.spec.uuid);
  if (existing && existing.state.startedAt !== null) return false;
  const spec = await decideDisk(context);
  const image = existing ? message.spec.image : await provideImage(context);
  await replace?.();
  const isNew = await attachAndCreate(context, spec, image);
  await putFiles(context);
  return isNew;
}

async function attachAndCreate(context: VerbContext, spec: ContainerSpec, image: string): Promise<boolean> {
  const { engine, network, options, message } = context;
  const mounts = await attachVolumes(context);
  const attempt = async (): Promise<boolean> => {
    const networks = await network.prepare(spec);
    return engine.create(spec, {
      ...{ image, networks, mounts },
      defaultRuntime: options.defaultRuntime,
      madeBy: message.actionId,
    });
  };
  try {
    return await attempt();
  } catch (error) {
    // Another service on the same engine may have removed the network as unused before we were on it.
    if (!(error instanceof EngineRefusedError) || error.code !== 'network-not-found') throw error;
    return attempt();
  }
}

/** Zun's rule: a size that cannot be enforced is refused; where it can be, who asks for none gets the default. */
async function decideDisk({ message: { spec }, options, diskQuota }: VerbContext): Promise<ContainerSpec> {
  if (spec.diskGib === 0 && options.defaultDiskGib === 0) return spec;
  if (await diskQuota.isSupported()) return { ...spec, diskGib: spec.diskGib || options.defaultDiskGib };
  if (spec.diskGib > 0) throw new InvalidValueError('The host does not support disk quota.');
  return spec;
}

/** Pulls what must be pulled, and tells how far that is. @returns the reference that the engine knows the image by */
export async function provideImage(context: VerbContext): Promise<string> {
  const { images, message, abandoned } = context;
  const image = await images.provide(message.spec, {
    signal: abandoned,
    onProgress: (progress) => context.progress('image_pulling', pullText(message.spec.image, progress)),
  });
  context.progress(actionRule(message.action).task ?? 'container_creating', null);
  return image;
}
