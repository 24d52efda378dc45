import { Injectable } from '@nestjs/common';
import { toSpec, type ContainerSpec, type Cpuset } from '@zun/domain';
import { Database } from '../database.js';
import type { ContainerRow } from '../entities/index.js';
import type { SealBrokenError } from '../secret-box.js';
import { SELECT_MOUNTS, toMount, type MountLine } from './mounts.js';
import { RegistryStore } from './registry.store.js';
import { toContainerRecord } from './rows.js';

/** Puts together what a host needs to know of a container. */
@Injectable()
export class SpecStore {
  constructor(
    private readonly db: Database,
    private readonly registries: RegistryStore,
  ) {}

  /** @param report is told why a registry's password is left out; see `RegistryStore.forPull` */
  async forHost(container: ContainerRow, report: (error: SealBrokenError) => void): Promise<ContainerSpec> {
    const { uuid } = container;
    const registry = await this.registries.forPull(container, report);
    const mounts = await this.db.read<MountLine>(SELECT_MOUNTS, [uuid]);
    const [claim] = await this.db.read<{ cpuset: string | null }>('SELECT cpuset FROM allocation WHERE container_uuid = ?', [
      uuid,
    ]);
    return {
      ...toSpec(toContainerRecord(container), registry),
      ...(mounts.length > 0 ? { mounts: mounts.map(toMount) } : {}),
      ...(claim?.cpuset ? { cpuset: JSON.parse(claim.cpuset) as Cpuset } : {}),
    };
  }
}
