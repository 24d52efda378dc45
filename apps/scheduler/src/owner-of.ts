import { randomUUID } from 'node:crypto';
import type { RequestContext } from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';

/** For what the service does by itself: it is done in the name of the container's owner. */
export function ownerOf(row: ContainerRow): RequestContext {
  return {
    requestId: `req-${randomUUID()}`,
    userId: row.user_id,
    projectId: row.project_id,
    roles: [],
    userDomainId: null,
    projectDomainId: null,
    userName: null,
    projectName: null,
  };
}
