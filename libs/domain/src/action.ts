import type { RequestedNetwork } from './container.js';
import type { ContainerStatus, LoggedAction } from './container-state.js';

/** Parameters of the actions that have any. */
export interface ActionParameters {
  /** create, rebuild: start it afterwards. */
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
  /** rebuild: what the container is to be made from, and what it was made from until then, should it come to nothing. */
  readonly image?: ImageChoice;
  readonly replacedImage?: ImageChoice;
  /** network_attach, network_detach: which. */
  readonly network?: RequestedNetwork;
  /** commit: the image that it makes. */
  readonly commit?: CommitChoice;
}

/** An image to be made of a container. */
export interface CommitChoice {
  readonly imageUuid: string;
  /** The tenant's name for it. */
  readonly repo: string;
  readonly tag: string;
  /** It goes to Glance, where it is `imageUuid` already, without content; absent: it stays on its host. */
  readonly isForGlance?: boolean;
}

/** An image by name, and who provides it. */
export interface ImageChoice {
  readonly image: string;
  readonly imageDriver: string;
  /** The uuid of the project's own image of that name; null or absent: it is none of its own. */
  readonly committedImage?: string | null;
  /** Its uuid in Glance; null or absent: it is none of Glance's. */
  readonly glanceImage?: string | null;
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

/**
 * Will a container run when everything that was asked of it is done? A rebuild that is accepted now starts its container again when it
 * does: not only what is seen of it counts, but also what is still to come.
 * @param pending what has no end yet, in order
 */
export function willRun(status: ContainerStatus, pending: readonly Pick<ActionEntry, 'action' | 'params'>[]): boolean {
  return pending.reduce((runs, { action, params }) => {
    if (action === 'start' || action === 'reboot') return true;
    if (action === 'stop') return false;
    if (action === 'kill') return runs && !isFatal(params.signal);
    return runs;
  }, status === 'Running');
}

/** Signals that no process survives; any other may do no more than wake it. */
function isFatal(signal = 'SIGKILL'): boolean {
  return /^(SIG)?KILL$|^9$/i.test(signal);
}
