/** What the scheduler needs of the configuration. */
export interface SchedulerOptions {
  readonly enabledFilters: readonly string[];
  /** The zone of hosts that report none, and of requests that name none (null: any). */
  readonly defaultAvailabilityZone: string;
  readonly defaultScheduleZone: string | null;
  /** Seconds without a heartbeat after which a host counts as down. */
  readonly serviceDownTimeS: number;
  /** Seconds between two looks for unfinished work. */
  readonly reconcileIntervalS: number;
  /** Seconds after which a request without an end is handed out again. */
  readonly actionRetryAfterS: number;
  /** Seconds that events are kept. */
  readonly eventsWindowS: number;
}

export const SCHEDULER_OPTIONS = Symbol('SchedulerOptions');
export const LOGGER = Symbol('Logger');
