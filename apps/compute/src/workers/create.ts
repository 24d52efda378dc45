import type { EngineContainer } from '@zun/driver-api';
import { DomainError, EngineRefusedError, InvalidValueError, type ContainerSpec } from '@zun/domain';
import { SuspendedError } from '../engine/stopping.js';
import { pullText } from '../images/pull-text.js';
import type { Verb, VerbContext } from './verb.js';

/**
 * Creates the container and, when wanted, starts it.
 *
 * Known limit: one that removes itself leaves no trace on the engine. If this process is killed after such a container has run to its
 * end and before that was reported, the next one makes and runs it once more.
 */
export const create: Verb = async (context) => {
  await createOrUndo(context);
  if (context.message.params.run) await firstStart(context);
};

/**
 * Nothing is left behind by a create that fails. A start that fails is another matter: the container stays, in Error, as with Zun, for its
 * owner to look at, start again or delete.
 */
async function createOrUndo(context: VerbContext): Promise<void> {
  try {
    await context.step('compute__do_container_create', () => ensureCreated(context));
  } catch (error) {
    if (error instanceof SuspendedError) throw error;
    await undo(context);
    throw error;
  }
}

async function ensureCreated(context: VerbContext): Promise<void> {
  const { engine, message } = context;
  const existing = await engine.inspect(message.spec.uuid);
  if (existing && hasRun(existing)) return;
  const spec = await decideDisk(context);
  const image = existing ? message.spec.image : await provideImage(context);
  await attachAndCreate(context, spec, image);
}

async function attachAndCreate(context: VerbContext, spec: ContainerSpec, image: string): Promise<void> {
  const { engine, network, options } = context;
  const attempt = async (): Promise<void> => {
    const networks = await network.prepare(spec);
    await engine.create(spec, { image, networks, defaultRuntime: options.defaultRuntime });
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

async function firstStart(context: VerbContext): Promise<void> {
  const { engine, message } = context;
  context.progress('container_starting', null);
  await context.step('compute__do_container_start', async () => {
    const container = await engine.inspect(message.spec.uuid);
    // One that removes itself may have run to its end already, while the answer of its start was lost.
    if (!container && message.spec.autoRemove) return;
    if (!container || !hasRun(container)) await engine.start(message.spec.uuid);
  });
}

async function undo(context: VerbContext): Promise<void> {
  const { engine, network, message, logger } = context;
  try {
    await context.patiently(() => engine.remove(message.spec.uuid, true));
    await context.patiently(() => network.release(message.spec));
    context.leftNothing();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    logger.error({ err: error, uuid: message.spec.uuid }, 'a failed create could not be undone');
  }
}

function hasRun(container: EngineContainer): boolean {
  return container.state.startedAt !== null;
}
