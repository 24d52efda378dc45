import { DomainError, willRun, type ActionParameters, type ImageChoice } from '@zun/domain';
import type { SqlValue, Transaction } from '../database.js';
import type { ContainerRow } from '../entities/index.js';
import type { ActionRequest } from './acceptance.js';
import { demandNetworks, networksOf, withNetwork, withoutNetwork } from './container-networks.js';
import { selectUnfinished, type UnfinishedRow } from './pending-work.js';
import { toActionEntry } from './rows.js';

/** What accepting an action changes of a container beside its state, and what its host is told beside what was asked. */
export interface ActionEffect {
  readonly columns: Record<string, SqlValue>;
  readonly params: ActionParameters;
}

/** @throws DomainError when what is asked does not fit the container as it is */
export async function effectOf(tx: Transaction, row: ContainerRow, request: ActionRequest): Promise<ActionEffect> {
  if (request.action === 'rebuild') return effectOfRebuild(tx, row, request.params);
  if (request.action === 'network_attach') return effectOfAttach(tx, row, request.params);
  if (request.action === 'network_detach') return effectOfDetach(row, request.params);
  return { columns: {}, params: request.params };
}

/**
 * The container is to be made from its new image from now on. Whether it is started then is decided here, as its host may be killed
 * when the one that ran is gone and nothing tells any more that it did.
 */
async function effectOfRebuild(tx: Transaction, row: ContainerRow, params: ActionParameters): Promise<ActionEffect> {
  const pending = (await tx.query<UnfinishedRow>(selectUnfinished([row.uuid]), [row.uuid])).map(toActionEntry);
  // It would be made as large as it is before the change, or was after one that is taken back.
  if (pending.some(({ action }) => action === 'update')) {
    throw new DomainError('conflict', 'conflict', 'The resources of the container are being changed. Please retry.');
  }
  const replacedImage = imageOf(row);
  const image = params.image ?? replacedImage;
  const run = params.run ?? willRun(row.status, pending);
  return { columns: imageColumns(image), params: { ...params, image, replacedImage, run } };
}

/** @returns what a container is made from */
export function imageOf(row: ContainerRow): ImageChoice {
  const { image, image_driver: imageDriver, committed_image: committedImage, glance_image: glanceImage } = row;
  return { image, imageDriver, committedImage, glanceImage };
}

/** @returns the columns that say what a container is made from */
export function imageColumns(choice: ImageChoice): Record<string, SqlValue> {
  const { image, imageDriver, committedImage = null, glanceImage = null } = choice;
  return { image, image_driver: imageDriver, committed_image: committedImage, glance_image: glanceImage };
}

async function effectOfAttach(tx: Transaction, row: ContainerRow, params: ActionParameters): Promise<ActionEffect> {
  const { network } = params;
  if (!network) throw new Error('a network_attach names a network');
  const columns = { requested_networks: withNetwork(row, network) };
  await demandNetworks(tx, row.project_id, [network]);
  return { columns, params };
}

/** Should it fail, the container is to have the network again as it had it: with its address. */
function effectOfDetach(row: ContainerRow, params: ActionParameters): ActionEffect {
  const { network } = params;
  if (!network) throw new Error('a network_detach names a network');
  const columns = { requested_networks: withoutNetwork(row, network) };
  return { columns, params: { ...params, network: networksOf(row).find((known) => known.network === network.network) } };
}
