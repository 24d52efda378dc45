import type { ContainerEngine, NetworkDriver, VolumeDriver } from '@zun/driver-api';
import type { Clock } from '@zun/domain';
import type { ImageService } from '@zun/openstack';
import type { Logger } from '@zun/telemetry';
import type { Transport } from '@zun/transport';
import type { ComputeOptions } from './options.js';

/** What a compute service is made from; who starts it chooses the drivers and the transport. */
export interface ComputeParts {
  readonly options: ComputeOptions;
  readonly transport: Transport;
  readonly engine: ContainerEngine;
  readonly network: NetworkDriver;
  readonly volumes: VolumeDriver;
  /** Glance, in the service's own name; null: it has no login there. */
  readonly glance: ImageService | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Dependency-injection token of {@link ComputeParts}. */
export const PARTS = Symbol('ComputeParts');
