import type { ContainerEngine } from '@zun/driver-api';

export interface EngineUnderTest {
  readonly engine: ContainerEngine;
  readonly host: string;
  /** The same engine as another host's compute service sees it. */
  readonly other: ContainerEngine;
  /** An image the engine has, with a busybox in it. */
  readonly image: string;
  /** Names of two bridge networks that the engine has. */
  readonly networks: readonly [string, string];
  /** A free IPv4 address of the second. */
  readonly address: string;
}

/** What an engine is known not to do, each with the reason. */
export interface Lacks {
  readonly updateResources?: string;
  /** Exposed ports of a container without a network. */
  readonly portsWithoutNetwork?: string;
  readonly networks?: string;
  /** A network for a container that was made without any. */
  readonly networkAfterNone?: string;
  /** The refusal of an address that another container has. */
  readonly takenAddress?: string;
}

export interface ConformanceOptions {
  /** What this engine is known not to do; such cases are skipped with the reason in their name. */
  readonly lacks?: Lacks;
}
