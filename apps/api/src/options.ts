import type { ContainerLimits } from '@zun/api-schema';
import type { QuotaAmounts } from '@zun/persistence';

/** What the API needs of the configuration. */
export interface ApiOptions {
  readonly limits: ContainerLimits;
  readonly defaults: {
    readonly cpu: number;
    readonly memoryMib: number;
    readonly imageDriver: string;
    readonly availabilityZone: string;
  };
  /** Limits of projects; −1: unlimited. */
  readonly quota: QuotaAmounts;
  /** Serve the OpenAPI document and the page that shows it. */
  readonly enableDocs: boolean;
  /** Items per page at most, and by default. */
  readonly maxLimit: number;
  /** Milliseconds a create waits to learn its host. */
  readonly placementWaitMs: number;
  /** Milliseconds a request waits for a host. */
  readonly rpcTimeoutMs: number;
  readonly serviceDownTimeS: number;
}

export const API_OPTIONS = Symbol('ApiOptions');
export const LOGGER = Symbol('Logger');
