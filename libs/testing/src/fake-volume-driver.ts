import type { EngineMount, VolumeDriver } from '@zun/driver-api';
import type { VolumeMount } from '@zun/domain';

/** Volumes in memory. */
export class FakeVolumeDriver implements VolumeDriver {
  /** Uuids of the volumes that are here. */
  readonly volumes = new Set<string>();
  /** What the next removals reject with. */
  readonly failures: Error[] = [];

  async attach({ volume, destination }: VolumeMount): Promise<EngineMount> {
    this.volumes.add(volume);
    return { source: `zun-${volume}`, destination };
  }

  async detach({ volume, isOwned }: VolumeMount): Promise<void> {
    if (isOwned) await this.remove(volume);
  }

  async list(): Promise<readonly string[]> {
    return [...this.volumes];
  }

  async remove(volume: string): Promise<void> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.volumes.delete(volume);
  }
}
