import type { EngineVolume, VolumeHost } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';

/** An engine's volumes in memory. */
export class FakeVolumeHost implements VolumeHost {
  readonly volumes = new Map<string, EngineVolume>();
  /** Names of volumes that containers have. */
  readonly inUse = new Set<string>();

  async listVolumes(wanted: Readonly<Record<string, string>>): Promise<readonly EngineVolume[]> {
    const has = ({ labels }: EngineVolume): boolean => Object.entries(wanted).every(([key, value]) => labels[key] === value);
    return [...this.volumes.values()].filter(has);
  }

  async createVolume(volume: EngineVolume): Promise<void> {
    if (!this.volumes.has(volume.name)) this.volumes.set(volume.name, volume);
  }

  async removeVolume(name: string): Promise<void> {
    if (this.inUse.has(name)) throw new EngineRefusedError('volume is in use', { errorClass: 'conflict', code: 'conflict' });
    this.volumes.delete(name);
  }
}
