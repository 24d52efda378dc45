import { Injectable } from '@nestjs/common';
import {
  AmbiguousNameError,
  defaultNetworkOf,
  InvalidValueError,
  NetworkNotFoundError,
  type RequestedNetwork,
} from '@zun/domain';
import { NetworkStore } from '@zun/persistence';
import type { NetworkCatalogue, NetworkWish } from './network-catalogue.js';

/** Bridges on the hosts: each project has one that nobody had to make, and those that were made for it. They have IPv4 only. */
@Injectable()
export class BridgeNetworkCatalogue implements NetworkCatalogue {
  constructor(private readonly store: NetworkStore) {}

  async resolve(projectId: string, { network: ident, fixedIp }: NetworkWish): Promise<RequestedNetwork> {
    if (fixedIp?.includes(':')) throw new InvalidValueError(`${fixedIp}: networks of this deployment have IPv4 addresses only`);
    const network = ident === undefined ? defaultNetworkOf(projectId) : await this.idOf(projectId, ident);
    return { network, ...(fixedIp === undefined ? {} : { fixedIp }) };
  }

  private async idOf(projectId: string, ident: string): Promise<string> {
    if (ident === defaultNetworkOf(projectId)) return ident;
    const [found, second] = await this.store.findAll(projectId, ident);
    if (!found) throw new NetworkNotFoundError(ident);
    if (second) throw new AmbiguousNameError('network', ident);
    return found.neutron_net_id;
  }
}
