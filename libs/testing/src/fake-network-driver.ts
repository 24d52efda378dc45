import type { EngineEndpoint, NetworkAttachment, NetworkDriver, NetworkOwner } from '@zun/driver-api';
import type { Addresses, ContainerSpec } from '@zun/domain';

/** One network per project, in memory. */
export class FakeNetworkDriver implements NetworkDriver {
  /** Who holds a network just now. */
  readonly holders = new Set<string>();
  /** How often it was swept. */
  sweeps = 0;
  /** What the next calls of prepare reject with. */
  readonly failures: Error[] = [];

  async prepare({ uuid, projectId }: ContainerSpec): Promise<readonly NetworkAttachment[]> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.holders.add(uuid);
    return [{ networkName: `net-${projectId}` }];
  }

  describe(_container: { readonly uuid: string }, endpoints: readonly EngineEndpoint[]): Addresses {
    const entries = endpoints.flatMap(({ networkId, endpointId, ipv4 }) =>
      ipv4 ? [[networkId, [{ addr: ipv4, version: 4, port: endpointId, subnet_id: null, preserve_on_delete: false }]]] : [],
    );
    return Object.fromEntries(entries) as Addresses;
  }

  async sweep(): Promise<void> {
    this.sweeps++;
  }

  async release({ uuid }: NetworkOwner): Promise<void> {
    this.holders.delete(uuid);
  }
}
