import { defaultNetworkOf, DomainError, NetworkNotFoundError, type RequestedNetwork } from '@zun/domain';
import type { SqlValue, Transaction } from '../database.js';
import type { ContainerRow, NetworkRow } from '../entities/index.js';
import { toJson } from './rows.js';

/** The networks that a container is to be on. */
export function networksOf({ requested_networks: text }: Pick<ContainerRow, 'requested_networks'>): RequestedNetwork[] {
  return text === null ? [] : (JSON.parse(text) as RequestedNetwork[]);
}

/** A condition on `container`: it is to be on the network of this id. */
export function isOnNetwork(id: string): { sql: string; params: SqlValue[] } {
  return { sql: 'INSTR(requested_networks, ?) > 0', params: [`"network":${JSON.stringify(id)}`] };
}

/**
 * Holds networks until the transaction ends: one that a container is to be on is not deleted.
 * @throws NetworkNotFoundError for one that is gone, or another project's
 */
export async function demandNetworks(tx: Transaction, projectId: string, networks: readonly RequestedNetwork[]): Promise<void> {
  // In the same order everywhere, so that nobody waits for each other.
  const ids = networks.map(({ network }) => network).filter((id) => id !== defaultNetworkOf(projectId));
  for (const id of ids.sort()) {
    const row = await tx.lock<NetworkRow>('network', 'neutron_net_id', id);
    if (row?.project_id !== projectId) throw new NetworkNotFoundError(id);
  }
}

/** @returns the column with one network more @throws DomainError when it is there already */
export function withNetwork(row: ContainerRow, wanted: RequestedNetwork): string | null {
  const networks = networksOf(row);
  if (networks.some(({ network }) => network === wanted.network)) {
    throw new DomainError('invalid', 'invalid', `Container ${row.uuid} is on network ${wanted.network} already.`);
  }
  return toJson([...networks, wanted]);
}

/** @returns the column with one network less @throws DomainError when it is not there */
export function withoutNetwork(row: ContainerRow, { network: id }: RequestedNetwork): string | null {
  const networks = networksOf(row);
  const others = networks.filter(({ network }) => network !== id);
  if (others.length === networks.length) {
    throw new DomainError('invalid', 'invalid', `Container ${row.uuid} is not on network ${id}.`);
  }
  return toJson(others);
}
