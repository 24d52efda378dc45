/**
 * The container state machine, written once. The API asks it whether an action may be accepted, the hosts which task an
 * action is, and the report intake where an outcome leads. Source of the rules: Zun's behaviour, API 1.1–1.40.
 */

/** Every status a tenant can see. */
export const CONTAINER_STATUSES = [
  'Creating',
  'Created',
  'Running',
  'Stopped',
  'Paused',
  'Restarting',
  'Rebuilding',
  'Deleting',
  'Deleted',
  'Dead',
  'Error',
  'Unknown',
] as const;
export type ContainerStatus = (typeof CONTAINER_STATUSES)[number];

/** What a host is doing to a container just now; `null` when nothing is. */
export const TASK_STATES = [
  'image_pulling',
  'container_creating',
  'container_starting',
  'container_deleting',
  'container_stopping',
  'container_rebooting',
  'container_pausing',
  'container_unpausing',
  'container_killing',
  'container_rebuilding',
  'sg_adding',
  'sg_removing',
  'network_attaching',
  'network_detaching',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** What a host carries out; each has a row in the action log. `update` is not shown to tenants: Zun records none. */
export const LOGGED_ACTIONS = [
  'create',
  'start',
  'stop',
  'reboot',
  'pause',
  'unpause',
  'kill',
  'commit',
  'rebuild',
  'network_attach',
  'network_detach',
  'update',
  'delete',
] as const;
export type LoggedAction = (typeof LOGGED_ACTIONS)[number];

/** Requests whose statuses have a rule of their own and that leave no row of their name in the action log. */
export const DIRECT_ACTIONS = [
  'logs',
  'attach',
  'execute',
  'execute_resize',
  'resize',
  'top',
  'stats',
  'rename',
  'resize_container',
  'get_archive',
  'put_archive',
  'network_list',
  'add_security_group',
  'remove_security_group',
  'delete_stop',
  'delete_force',
] as const;
export type DirectAction = (typeof DIRECT_ACTIONS)[number];

export type ContainerAction = LoggedAction | DirectAction;

/** A status a failed action leads to: `Error` with the reason, or whatever the engine says it is now. */
export type FailureEffect = 'error' | 'observed';

interface LoggedActionRule {
  /** The status written when the request is accepted; absent, it stays as it is. */
  readonly acceptedStatus?: ContainerStatus;
  /** Null: not shown as a task. */
  readonly task: TaskState | null;
  readonly onFailure: FailureEffect;
}

const RULES: Record<LoggedAction, LoggedActionRule> = {
  create: { acceptedStatus: 'Creating', task: 'container_creating', onFailure: 'error' },
  start: { task: 'container_starting', onFailure: 'error' },
  stop: { task: 'container_stopping', onFailure: 'observed' },
  reboot: { acceptedStatus: 'Restarting', task: 'container_rebooting', onFailure: 'observed' },
  pause: { task: 'container_pausing', onFailure: 'observed' },
  unpause: { task: 'container_unpausing', onFailure: 'observed' },
  kill: { task: 'container_killing', onFailure: 'observed' },
  rebuild: { acceptedStatus: 'Rebuilding', task: 'container_rebuilding', onFailure: 'error' },
  network_attach: { task: 'network_attaching', onFailure: 'observed' },
  network_detach: { task: 'network_detaching', onFailure: 'observed' },
  commit: { task: null, onFailure: 'observed' },
  update: { task: null, onFailure: 'observed' },
  delete: { acceptedStatus: 'Deleting', task: 'container_deleting', onFailure: 'error' },
};

const EVERY_STATUS_BUT_PAUSED = CONTAINER_STATUSES.filter((status) => status !== 'Paused');

/** Action × status: the statuses in which a request is accepted; in any other it is a conflict (409). */
const ALLOWED: Record<Exclude<ContainerAction, 'create'>, readonly ContainerStatus[]> = {
  start: ['Created', 'Stopped', 'Error'],
  stop: ['Running'],
  reboot: ['Created', 'Running', 'Stopped', 'Error'],
  pause: ['Running'],
  unpause: ['Paused'],
  kill: ['Running'],
  rebuild: ['Created', 'Running', 'Stopped', 'Error'],
  network_attach: CONTAINER_STATUSES,
  network_detach: CONTAINER_STATUSES,
  delete: ['Created', 'Error', 'Stopped', 'Deleted', 'Dead'],
  delete_stop: ['Running', 'Created', 'Error', 'Stopped', 'Deleted', 'Dead'],
  delete_force: EVERY_STATUS_BUT_PAUSED,
  logs: ['Created', 'Error', 'Paused', 'Running', 'Stopped', 'Unknown'],
  attach: ['Running'],
  execute: ['Running'],
  execute_resize: ['Running'],
  resize: ['Running'],
  top: ['Running'],
  stats: ['Running'],
  commit: ['Running', 'Stopped', 'Paused'],
  rename: CONTAINER_STATUSES,
  resize_container: ['Created', 'Running', 'Stopped', 'Paused'],
  get_archive: ['Created', 'Running', 'Stopped', 'Paused'],
  put_archive: ['Created', 'Running', 'Stopped', 'Paused'],
  network_list: CONTAINER_STATUSES,
  add_security_group: ['Created', 'Running', 'Stopped', 'Paused'],
  remove_security_group: ['Created', 'Running', 'Stopped', 'Paused'],
  update: ['Created', 'Running', 'Stopped', 'Paused'],
};

/** @returns the statuses in which `action` is accepted. */
export function allowedStatuses(action: Exclude<ContainerAction, 'create'>): readonly ContainerStatus[] {
  return ALLOWED[action];
}

export function isActionAllowed(action: Exclude<ContainerAction, 'create'>, status: ContainerStatus): boolean {
  return ALLOWED[action].includes(status);
}

/** @returns what accepting `action` writes, which task it is and where its failure leads. */
export function actionRule(action: LoggedAction): Readonly<LoggedActionRule> {
  return RULES[action];
}

/** Statuses in which a container without a host waits for one: it was created, or is to be rebuilt after a create that left nothing. */
export const UNPLACED_STATUSES: readonly ContainerStatus[] = ['Creating', 'Rebuilding'];

/** Statuses that an observation of the engine must not overwrite: an action will end them. */
const HELD_BY_ACTION: readonly ContainerStatus[] = ['Creating', 'Deleting', 'Deleted'];

/**
 * May a mere observation (not the outcome of an action) change this container's status?
 * Zun's rule: not while a task runs, and never while it is being created or deleted.
 */
export function isObservable(status: ContainerStatus, taskState: TaskState | null): boolean {
  return taskState === null && !HELD_BY_ACTION.includes(status);
}

/** What a host saw of a container's state on its engine. `missing`: the engine does not know it. */
export interface ObservedState {
  readonly status: ContainerStatus | 'missing';
  readonly statusDetail: string | null;
  readonly statusReason: string | null;
}

export interface StateChange {
  readonly status: ContainerStatus;
  readonly statusReason: string | null;
  readonly statusDetail: string | null;
}

/** Why a container is in Error that its host's engine does not know any more. */
export const MISSING_REASON = 'No such container: its host does not have it any more.';

/**
 * Is a container that its engine does not know to be made again? One that wants that and could be rebuilt is; in Error only when that is
 * why: a rebuild that failed is not tried for ever.
 */
export function isToBeHealed(
  status: ContainerStatus,
  statusReason: string | null,
  options: { autoHeal: boolean; autoRemove: boolean },
): boolean {
  if (!options.autoHeal || options.autoRemove || !isActionAllowed('rebuild', status)) return false;
  return status !== 'Error' || statusReason === MISSING_REASON;
}

/** @returns the state to write for an observation. A missing container is `Deleted` if it removes itself, else an error. */
export function stateFromObservation(observed: ObservedState, options: { autoRemove: boolean }): StateChange {
  if (observed.status !== 'missing') {
    return { status: observed.status, statusReason: observed.statusReason, statusDetail: observed.statusDetail };
  }
  if (options.autoRemove) return { status: 'Deleted', statusReason: null, statusDetail: null };
  return { status: 'Error', statusReason: MISSING_REASON, statusDetail: null };
}

interface OutcomeOptions {
  readonly autoRemove: boolean;
  /** The action failed before it had changed anything: the container is what it was before. */
  readonly leftAsItWas?: boolean;
}

/** A container that its action left alone is not in error because of it, unless it was not there to begin with. */
function isError(action: LoggedAction, observed: ObservedState | null, { leftAsItWas = false }: OutcomeOptions): boolean {
  if (observed === null) return true;
  return RULES[action].onFailure === 'error' && !(leftAsItWas && observed.status !== 'missing');
}

/**
 * Where the outcome of an action leads. The engine's state after the action is the truth when the host could tell it;
 * a failed create, start, rebuild or delete is an error with its reason.
 * @param failure the sentence for the tenant, or null on success
 */
export function stateFromOutcome(
  action: LoggedAction,
  failure: string | null,
  observed: ObservedState | null,
  options: OutcomeOptions,
): StateChange {
  if (failure !== null && isError(action, observed, options)) {
    return { status: 'Error', statusReason: failure, statusDetail: null };
  }
  if (observed === null) throw new Error(`a successful ${action} must come with an observation`);
  const change = stateFromObservation(observed, options);
  return failure === null ? change : { ...change, statusReason: change.statusReason ?? failure };
}
