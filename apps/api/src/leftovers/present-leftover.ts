import { formatServiceTime } from '@zun/domain';
import { LEFTOVER_KINDS, type Leftover } from '@zun/persistence';

/** `{"project_id":…,"containers":2,…,"purge_requested_at":null}` as the API shows it. */
export function presentLeftover(leftover: Leftover): Record<string, unknown> {
  const counts = Object.fromEntries(LEFTOVER_KINDS.map((kind) => [kind, leftover[kind]]));
  return { project_id: leftover.projectId, ...counts, purge_requested_at: formatServiceTime(leftover.purgeRequestedAt) };
}
