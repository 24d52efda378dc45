import type { Addresses, ContainerSpec } from '@zun/domain';
import type { EngineEndpoint, NetworkAttachment } from './container-engine.js';

/** Gives containers their networks. Every call is idempotent, keyed by the container's uuid. */
export interface NetworkDriver {
  /** Makes sure that the networks a container wants exist on this host. @returns how to attach it, in order */
  prepare(spec: ContainerSpec): Promise<readonly NetworkAttachment[]>;
  /** @returns the tenant's view of the addresses the engine gave. */
  describe(spec: ContainerSpec, endpoints: readonly EngineEndpoint[]): Addresses;
  /** Lets go of everything the container had; called after the engine's container is gone. */
  release(spec: ContainerSpec): Promise<void>;
}
