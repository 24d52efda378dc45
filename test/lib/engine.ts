import { engineCall } from '../../tools/lib/engine-api.mjs';
import { busyboxFiles, ensureImages, importImage } from '../../tools/lib/images.mjs';
import type { PrivateEngine } from '../../tools/lib/private-engine.mjs';
import type { TarEntry } from '../../tools/lib/tar.mjs';
import { testEngine as describeEngine } from '../../tools/lib/testing/places.mjs';

/** What an engine says of one of its containers. */
export interface EngineContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** What an engine says of one of its volumes. */
export interface EngineVolume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/**
 * The tests' own container engine, running and with the images `busybox` and `zun/hello`. It may be killed; whoever does,
 * starts it again.
 */
export async function testEngine(): Promise<PrivateEngine> {
  const engine = describeEngine();
  await engine.start();
  await ensureImages(engine.socket, () => undefined);
  return engine;
}

/** All containers the engine has, running or not. */
export async function engineContainers(engine: PrivateEngine): Promise<EngineContainer[]> {
  return JSON.parse(await engineCall(engine.socket, 'GET', '/containers/json?all=true')) as EngineContainer[];
}

export async function engineVolumes(engine: PrivateEngine): Promise<EngineVolume[]> {
  const { Volumes } = JSON.parse(await engineCall(engine.socket, 'GET', '/volumes')) as { Volumes: EngineVolume[] | null };
  return Volumes ?? [];
}

/** Removes all containers of the engine by force, all volumes, and all networks that are not its own. */
export async function clearEngine(engine: PrivateEngine): Promise<void> {
  const all = await engineContainers(engine);
  await Promise.all(all.map(({ Id }) => engineCall(engine.socket, 'DELETE', `/containers/${Id}?force=true&v=true`)));
  const volumes = await engineVolumes(engine);
  await Promise.all(volumes.map(({ Name }) => engineCall(engine.socket, 'DELETE', `/volumes/${Name}?force=true`)));
  const networks = JSON.parse(await engineCall(engine.socket, 'GET', '/networks')) as { Id: string; Name: string }[];
  const others = networks.filter(({ Name }) => !['bridge', 'host', 'none'].includes(Name));
  for (const { Id } of others) await removeNetwork(engine, Id);
}

/** An engine that was killed may count containers on a network that are long gone; it counts anew when it starts. */
async function removeNetwork(engine: PrivateEngine, id: string): Promise<void> {
  const remove = (): Promise<string> => engineCall(engine.socket, 'DELETE', `/networks/${id}`);
  try {
    await remove();
  } catch (error) {
    if (!/has active endpoints/.test(String(error))) throw error;
    await engine.kill();
    await engine.start();
    await remove();
  }
}

/** Makes an image of busybox and these files. */
export async function makeImage(
  engine: PrivateEngine,
  name: string,
  command: string[],
  files: readonly TarEntry[] = [],
): Promise<void> {
  await importImage(engine.socket, name, [...(await busyboxFiles()), ...files], command);
}
