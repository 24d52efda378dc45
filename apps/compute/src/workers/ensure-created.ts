import { EngineRefusedError, InvalidValueError, type ContainerSpec } from '@zun/domain';
import { pullText } from '../images/pull-text.js';
import { attachVolumes, putFiles } from './mounts.js';
import type { VerbContext } from './verb.js';

/** Makes the container, or completes one that an earlier try has begun to make. */
export async function ensureCreated(context: VerbContext): Promise<void> {
  const { engine, message } = context;
  const existing = await engine.inspect(message.spec.uuid);
  if (existing && existing.state.startedAt !== null) return;
  const spec = await decideDisk(context);
  const image = existing ? message.spec.image : await provideImage(context);
  await attachAndCreate(context, spec, image);
  await putFiles(context);
}

async function attachAndCreate(context: VerbContext, spec: ContainerSpec, image: string): Promise<void> {
  const { engine, network, options } = context;
  const mounts = await attachVolumes(context);
  const attempt = async (): Promise<void> => {
    const networks = await network.prepare(spec);
    await engine.create(spec, { image, networks, mounts, defaultRuntime: options.defaultRuntime });
  };
  try {
    await attempt();
  } catch (error) {
    // Another service on the same engine may have removed the network as unused before we were on it.
    if (!(error instanceof EngineRefusedError) || error.code !== 'network-not-found') throw error;
    await attempt();
  }
}

/** Zun's rule: a size that cannot be enforced is refused; where it can be, who asks for none gets the default. */
async function decideDisk({ message: { spec }, options, diskQuota }: VerbContext): Promise<ContainerSpec> {
  if (spec.diskGib === 0 && options.defaultDiskGib === 0) return spec;
  if (await diskQuota.isSupported()) return { ...spec, diskGib: spec.diskGib || options.defaultDiskGib };
  if (spec.diskGib > 0) throw new InvalidValueError('The host does not support disk quota.');
  return spec;
}

async function provideImage(context: VerbContext): Promise<string> {
  const { images, message, abandoned } = context;
  const image = await images.provide(message.spec, {
    signal: abandoned,
    onProgress: (progress) => context.progress('image_pulling', pullText(message.spec.image, progress)),
  });
  context.progress('container_creating', null);
  return image;
}
