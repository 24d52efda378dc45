import { Controller, Param } from '@nestjs/common';
import {
  DomainError,
  InvalidStateError,
  InvalidValueError,
  isActionAllowed,
  type Addresses,
  type DirectAction,
} from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ContainerAccess } from './container-access.js';
import { NetworkCatalogue } from '../networks/network-catalogue.js';
import { formatNetworks } from './format-networks.js';
import { HostCalls } from './host-calls.js';

/** What a container has of the network. */
@Controller()
export class ContainerNetworksController {
  constructor(
    private readonly access: ContainerAccess,
    private readonly calls: HostCalls,
    private readonly networks: NetworkCatalogue,
  ) {}

  @ServesOperation('listContainerNetworks')
  async list(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { addresses } = await this.access.find(call, ident);
    return JSON.stringify({ networks: formatNetworks(JSON.parse(addresses ?? '{}') as Addresses, call.version) });
  }

  @ServesOperation('attachContainerNetwork')
  async attach(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { network: named, port, fixed_ip: fixedIp } = call.params as Record<string, string | undefined>;
    const row = await this.access.find(call, ident);
    if (port !== undefined)
      throw new InvalidValueError('port: the network driver of this service has no ports of its own; name a network');
    // As in Zun an address without a network does not count.
    const network = await this.networks.resolve(row.project_id, named === undefined ? {} : { network: named, fixedIp });
    await this.calls.act(call.context, row.uuid, [{ action: 'network_attach', params: { network } }]);
    return NULL;
  }

  @ServesOperation('detachContainerNetwork')
  async detach(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { network: named, port } = call.params as Record<string, string | undefined>;
    const row = await this.access.find(call, ident);
    const network =
      port === undefined
        ? await this.networks.resolve(row.project_id, { network: named })
        : { network: networkOfPort(row, port) };
    await this.calls.act(call.context, row.uuid, [{ action: 'network_detach', params: { network } }]);
    return NULL;
  }

  @ServesOperation('addSecurityGroup')
  add(@Call() call: ApiCall, @Param('ident') ident: string): Promise<never> {
    return this.refuseSecurityGroup(call, ident, 'add_security_group');
  }

  @ServesOperation('removeSecurityGroup')
  remove(@Call() call: ApiCall, @Param('ident') ident: string): Promise<never> {
    return this.refuseSecurityGroup(call, ident, 'remove_security_group');
  }

  /** Only after everything else that would refuse it: whoever may not see the container learns nothing. */
  private async refuseSecurityGroup(call: ApiCall, ident: string, action: DirectAction): Promise<never> {
    const row = await this.access.find(call, ident);
    if (!isActionAllowed(action, row.status)) throw new InvalidStateError(action, row.uuid, row.status);
    throw new InvalidValueError('name: the network driver of this service has no security groups.');
  }
}

/** The network that a port of the container is on, as its addresses tell: clients know ports from there. */
function networkOfPort({ addresses }: ContainerRow, port: string): string {
  const known = Object.entries(JSON.parse(addresses ?? '{}') as Addresses);
  const network = known.find(([, list]) => list.some((address) => address.port === port))?.[0];
  if (network === undefined) throw new DomainError('not-found', 'port-not-found', `Port ${port} could not be found.`);
  return network;
}
