import { DomainError } from '@zun/domain';

/** TLS material of a remote engine, PEM text. */
export interface EngineTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Accept any server certificate. */
  readonly insecure?: boolean;
}

export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

/** Where an engine that speaks Docker's API departs from Docker. */
export interface EngineQuirks {
  /** Set on every container. Podman raises limits above the host's own hard limits otherwise, and then fails to start. */
  readonly ulimits?: readonly Ulimit[];
  /** The engine takes no runtime by name in the API: it uses the one it was started with. */
  readonly ignoresRuntime?: boolean;
}

export interface DockerEngineOptions {
  /** `unix:///path` or `tcp://host:port`. */
  readonly apiUrl: string;
  /** Name of this compute service's host; written on every container, and no container without it is touched. */
  readonly host: string;
  readonly tls?: EngineTls;
  /** Milliseconds that one call to the engine may take. @default 60000 */
  readonly timeoutMs?: number;
  /** Bytes of a command's output that are kept, the first ones. @default 16 MiB */
  readonly maxExecOutputBytes?: number;
  readonly quirks?: EngineQuirks;
}

export type CompiledOptions = Required<Omit<DockerEngineOptions, 'tls'>> & Pick<DockerEngineOptions, 'tls'>;

/** Fills in every default. */
export function compileOptions(options: DockerEngineOptions): CompiledOptions {
  return { timeoutMs: 60_000, maxExecOutputBytes: 16 * 1024 * 1024, quirks: {}, ...options };
}

export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** @throws DomainError of class invalid for anything but `unix://` and `tcp://` */
export function parseApiUrl(apiUrl: string): EngineAddress {
  if (apiUrl.startsWith('unix://')) return { socketPath: apiUrl.slice('unix://'.length) };
  const match = /^(?:tcp|https?):\/\/(\[[0-9a-f:]+\]|[^:/]+)(?::(\d+))?\/?$/i.exec(apiUrl);
  if (!match)
    throw new DomainError('invalid', 'invalid-value', `not an engine address: ${apiUrl} (unix:///path or tcp://host:port)`);
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2] ?? 2375) };
}
