import type { Addresses, ContainerSpec, RequestedNetwork } from '@zun/domain';
import type { EngineEndpoint, NetworkAttachment } from './container-engine.js';

/** Whose networks are let go: all that is known of a container whose record is gone. */
export interface NetworkOwner {
  readonly uuid: string;
}

/** Gives containers their networks. Every call is idempotent, keyed by the container's uuid. */
export interface NetworkDriver {
  /** Makes sure that the networks a container wants exist on this host. @returns how to attach it, in order */
  prepare(spec: ContainerSpec): Promise<readonly NetworkAttachment[]>;
  /** The same for one network that a container is to have in addition. @returns how to attach it */
  attach(spec: ContainerSpec, network: RequestedNetwork): Promise<NetworkAttachment>;
  /** Lets go of one network of a container. @returns the engine's name of what the container is to be taken off */
  detach(spec: ContainerSpec, network: RequestedNetwork): Promise<string>;
  /**
   * @returns the tenant's view of the addresses the engine gave, by ids of networks. It needs no more than the uuid: who observes containers
   * on the engine has no record of them.
   */
  describe(container: { readonly uuid: string }, endpoints: readonly EngineEndpoint[]): Addresses;
  /** Lets go of everything the container had; called after the engine's container is gone. */
  release(owner: NetworkOwner): Promise<void>;
  /** Removes what no container has needed for a while; called every minute or so. */
  sweep(): Promise<void>;
}
