import type { LoggedAction } from './container-state.js';

/** Parameters of the actions that have any. */
export interface ActionParameters {
  /** create: start it afterwards. */
  readonly run?: boolean;
  /** stop, reboot: seconds of grace; absent: the engine's default of 10. delete: stop it first, with this grace; absent: do not. */
  readonly timeoutS?: number;
  /** kill: signal name or number; absent: SIGKILL. */
  readonly signal?: string;
  /** delete: errors are ignored and it goes, running or not. */
  readonly force?: boolean;
  /** update: cores and MiB to set. */
  readonly cpu?: number;
  readonly memoryMib?: number;
}

/** An accepted request as the action log holds it. */
export interface ActionEntry {
  readonly id: number;
  readonly action: LoggedAction;
  readonly requestId: string;
  readonly params: ActionParameters;
  /** ISO 8601: when the container had last been started as the action was accepted; null: never. */
  readonly baselineStartedAt: string | null;
}
