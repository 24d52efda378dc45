import { Controller, Param } from '@nestjs/common';
import { InvalidStateError, InvalidValueError, isActionAllowed, type Addresses, type DirectAction } from '@zun/domain';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ContainerAccess } from './container-access.js';
import { formatNetworks } from './format-networks.js';

/** What a container has of the network. */
@Controller()
export class ContainerNetworksController {
  constructor(private readonly access: ContainerAccess) {}

  @ServesOperation('listContainerNetworks')
  async list(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { addresses } = await this.access.find(call, ident);
    return JSON.stringify({ networks: formatNetworks(JSON.parse(addresses ?? '{}') as Addresses, call.version) });
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
    throw new InvalidValueError(
      'name: the network driver of this service has the group default only, which every container is in.',
    );
  }
}
