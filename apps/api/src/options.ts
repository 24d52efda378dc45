import type { ContainerLimits } from '@zun/api-schema';
import type { NameScope, QuotaAmounts } from '@zun/persistence';

/** Websockets into containers. */
export interface TerminalOptions {
  /** `ws://…` or `wss://…` that clients are told; null: where they have reached the API. */
  readonly baseUrl: string | null;
  /** Host names, besides the websocket's own, of pages that may open streams. */
  readonly allowedOrigins: readonly string[];
  readonly tokenTtlMs: number;
  /** Of one project, in this copy; 0: any number. */
  readonly maxStreamsPerProject: number;
  /** A port of their own; null: only the API's. */
  readonly listen: TerminalListenOptions | null;
}

export interface TerminalListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Refuse connections without TLS. */
  readonly tlsOnly: boolean;
}

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
  /** Serve the console, and the sign-in that it needs. */
  readonly enableConsole: boolean;
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
  readonly terminals: TerminalOptions;
}

export const API_OPTIONS = Symbol('ApiOptions');
export const LOGGER = Symbol('Logger');
