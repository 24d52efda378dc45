import type { ContainerLimits } from '@zun/api-schema';
import type { NameScope, QuotaAmounts } from '@zun/persistence';

/** What the API needs of the configuration. */
export interface ApiOptions {
  readonly limits: ContainerLimits;
  readonly defaults: {
    readonly cpu: number;
    readonly memoryMib: number;
    readonly imageDriver: string;
    readonly availabilityZone: string;
  };
  /** Limits of projects that nobody has set others for; −1: unlimited. Null: no project has a limit, whatever is set. */
  readonly quota: QuotaAmounts | null;
  /** Serve the OpenAPI document and the page that shows it. */
  readonly enableDocs: boolean;
  /** Among which containers names must be unique. */
  readonly nameScope: NameScope;
  /** Items per page at most, and by default. */
  readonly maxLimit: number;
  /** Milliseconds a create waits to learn its host. */
  readonly placementWaitMs: number;
  /** Milliseconds a request waits for a host. */
  readonly rpcTimeoutMs: number;
  readonly serviceDownTimeS: number;
  /** Bytes of a request that puts an archive into a container. */
  readonly maxArchiveBytes: number;
}

export const API_OPTIONS = Symbol('ApiOptions');
export const LOGGER = Symbol('Logger');
