import type { ContainerStatus, ObservedState } from './container-state.js';

/** The facts about a container's process that any engine can tell. Times are ISO 8601, null when it never happened. */
export interface EngineState {
  readonly phase: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly error: string | null;
  readonly exitCode: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** What its health check says of a running container; absent: it has none. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
}

/** In `docker ps`'s words, as an ending of `Up 3 mins`. */
const HEALTH: Record<NonNullable<EngineState['health']>, string> = {
  starting: ' (health: starting)',
  healthy: ' (healthy)',
  unhealthy: ' (unhealthy)',
};

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['days', 86_400],
  ['hours', 3_600],
  ['mins', 60],
];

/** One unit only, rounded down, as Zun shows it: `3 mins`. */
export function formatAge(fromIso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(fromIso)) / 1000));
  for (const [name, size] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)} ${name}`;
  return `${seconds} seconds`;
}

const PHASE_NAMES: Record<EngineState['phase'], ContainerStatus> = {
  created: 'Created',
  running: 'Running',
  paused: 'Paused',
  restarting: 'Restarting',
  removing: 'Stopped',
  exited: 'Stopped',
  dead: 'Dead',
};

/**
 * The engine's state in the tenant's words; the only place where the two vocabularies meet. First match wins.
 * @param state null when the engine does not know the container
 */
export function observe(state: EngineState | null, nowMs: number): ObservedState {
  if (state === null) return { status: 'missing', statusDetail: null, statusReason: null };
  const exited = (suffix: string): string =>
    `Exited(${state.exitCode ?? 0}) ${state.finishedAt ? formatAge(state.finishedAt, nowMs) : '0 seconds'} ago ${suffix}`;
  const seen = (status: ContainerStatus, statusDetail: string, statusReason: string | null = null): ObservedState => ({
    status,
    statusDetail,
    statusReason,
  });
  const up = state.startedAt ? `Up ${formatAge(state.startedAt, nowMs)}` : 'Up 0 seconds';

  if (state.error) return seen(PHASE_NAMES[state.phase], exited('(error)'), state.error);
  switch (state.phase) {
    case 'paused':
      return seen('Paused', `${up} (paused)`);
    case 'restarting':
      return seen('Restarting', 'Restarting');
    case 'running':
      return seen('Running', state.health ? `${up}${HEALTH[state.health]}` : up);
    case 'dead':
      return seen('Dead', 'Dead');
    default:
  }
  if (state.startedAt === null) return seen('Created', 'Created');
  if (state.finishedAt === null)
    return seen('Unknown', '', 'The container has started and ended, but its engine does not say when.');
  return seen('Stopped', exited(''));
}
