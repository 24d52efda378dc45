import type { EngineMount, VolumeDriver } from '@zun/driver-api';
import type { ContainerSpec, FileMount, VolumeMount } from '@zun/domain';
import { archiveFiles } from './file-archive.js';
import type { VerbContext } from './verb.js';

type Mounted = Pick<ContainerSpec, 'uuid' | 'projectId' | 'mounts'>;

/** Makes a container's volumes ready. @returns what the engine is to mount */
export async function attachVolumes({ volumes, message: { spec } }: VerbContext): Promise<readonly EngineMount[]> {
  const mounts: EngineMount[] = [];
  for (const mount of volumesOf(spec)) mounts.push(await volumes.attach(mount, spec));
  return mounts;
}

/** Lets go of a container's volumes, once the engine's container is gone. */
export async function detachVolumes(volumes: VolumeDriver, spec: Mounted): Promise<void> {
  for (const mount of volumesOf(spec)) await volumes.detach(mount, spec);
}

/** Puts the tenant's files into a container that has never run. Done again it changes nothing. */
export async function putFiles({ engine, message: { spec } }: VerbContext): Promise<void> {
  const files = (spec.mounts ?? []).filter((mount): mount is FileMount => mount.kind === 'file');
  if (files.length > 0) await engine.putArchive(spec.uuid, '/', once(archiveFiles(files)), { keepsDirectories: true });
}

function volumesOf({ mounts = [] }: Mounted): VolumeMount[] {
  return mounts.filter((mount): mount is VolumeMount => mount.kind === 'volume');
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
