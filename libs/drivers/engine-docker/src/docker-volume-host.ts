import type { EngineVolume, VolumeHost } from '@zun/driver-api';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';

/** The volumes of one Docker engine. */
export class DockerVolumeHost implements VolumeHost {
  constructor(private readonly client: EngineClient) {}

  async listVolumes(labels: Readonly<Record<string, string>>): Promise<readonly EngineVolume[]> {
    const filters = JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) });
    const { Volumes } = await this.client.call((docker, abortSignal) => docker.listVolumes({ filters, abortSignal }));
    return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
  }

  async createVolume({ name, labels }: EngineVolume): Promise<void> {
    try {
      await this.client.call((docker, abortSignal) =>
        docker.createVolume({ Name: name, Driver: 'local', Labels: { ...labels }, abortSignal }),
      );
    } catch (error) {
      // Docker takes a second creation for success, Podman refuses it.
      if (!isRefusal(error) || !(await this.exists(name))) throw error;
    }
  }

  async removeVolume(name: string): Promise<void> {
    try {
      await this.client.call((docker, abortSignal) => docker.getVolume(name).remove({ abortSignal }));
    } catch (error) {
      if (!isRefusal(error, 'not-found')) throw error;
    }
  }

  private async exists(name: string): Promise<boolean> {
    try {
      await this.client.call((docker, abortSignal) => docker.getVolume(name).inspect({ abortSignal }));
      return true;
    } catch (error) {
      if (isRefusal(error, 'not-found')) return false;
      throw error;
    }
  }
}
