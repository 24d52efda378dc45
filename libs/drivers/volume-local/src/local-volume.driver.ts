import {
  LABEL_HOST,
  LABEL_PROJECT,
  LABEL_VOLUME,
  type EngineMount,
  type VolumeDriver,
  type VolumeHost,
  type VolumeUser,
} from '@zun/driver-api';
import type { VolumeMount } from '@zun/domain';

/**
 * Volumes on the engine's own disk. They are called by their records' uuids, which no tenant chooses: two projects with volumes of one name
 * have two volumes. The engine knows no size of such a volume: what a tenant asks for is noted, not enforced.
 */
export class LocalVolumeDriver implements VolumeDriver {
  /** @param host whose volumes these are: an engine may serve several compute services */
  constructor(
    private readonly engine: VolumeHost,
    private readonly host: string,
  ) {}

  async attach({ volume, destination }: VolumeMount, { projectId }: VolumeUser): Promise<EngineMount> {
    const name = nameOf(volume);
    const labels = { [LABEL_VOLUME]: volume, [LABEL_HOST]: this.host, [LABEL_PROJECT]: projectId };
    await this.engine.createVolume({ name, labels });
    return { source: name, destination };
  }

  async detach({ volume, isOwned }: VolumeMount): Promise<void> {
    if (isOwned) await this.remove(volume);
  }

  async list(): Promise<readonly string[]> {
    const volumes = await this.engine.listVolumes({ [LABEL_HOST]: this.host });
    return volumes.flatMap(({ labels }) => labels[LABEL_VOLUME] ?? []);
  }

  async remove(volume: string): Promise<void> {
    await this.engine.removeVolume(nameOf(volume));
  }
}

function nameOf(volume: string): string {
  return `zun-${volume}`;
}
