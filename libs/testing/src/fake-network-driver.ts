import type { EngineEndpoint, NetworkAttachment, NetworkDriver, NetworkOwner } from '@zun/driver-api';
import { defaultNetworkOf, type Addresses, type ContainerSpec, type RequestedNetwork } from '@zun/domain';

/** Networks in memory, by their ids; a project's own is called after the project. */
export class FakeNetworkDriver implements NetworkDriver {
  /** Who holds a network just now. */
  readonly holders = new Set<string>();
  /** How often it was swept. */
  sweeps = 0;
  /** What the next calls of prepare reject with. */
  readonly failures: Error[] = [];

  async prepare(spec: ContainerSpec): Promise<readonly NetworkAttachment[]> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.holders.add(spec.uuid);
    return spec.networks.map((wanted) => ({ networkName: nameOf(spec, wanted) }));
  }

  async attach(spec: ContainerSpec, wanted: RequestedNetwork): Promise<NetworkAttachment> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    return { networkName: nameOf(spec, wanted) };
  }

  async detach(spec: ContainerSpec, wanted: RequestedNetwork): Promise<string> {
    return nameOf(spec, wanted);
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

function nameOf({ projectId }: ContainerSpec, { network }: RequestedNetwork): string {
  return `net-${network === defaultNetworkOf(projectId) ? projectId : network}`;
}
