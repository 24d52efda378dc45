import type { RequestedNetwork } from '@zun/domain';

/** A network as a tenant names it. */
export interface NetworkWish {
  /** Id or name; absent: the one that is chosen for who names none. */
  readonly network?: string;
  readonly fixedIp?: string;
}

/**
 * Knows which networks projects have: what a request names must be known before it is accepted, and hosts have no part in that. One
 * for each network driver.
 */
export abstract class NetworkCatalogue {
  /**
   * @param projectId of the container
   * @throws NetworkNotFoundError, also for a network of another project; AmbiguousNameError; InvalidValueError for what no such network has
   */
  abstract resolve(projectId: string, wish: NetworkWish): Promise<RequestedNetwork>;
}
