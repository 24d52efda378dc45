import { randomUUID } from 'node:crypto';
import type { RequestContext } from '@zun/domain';
import type { ContainerRow, ImageRow } from '@zun/persistence';

/** For what the service does by itself: it is done in the name of the owner of a container or an image. */
export function ownerOf(row: Pick<ContainerRow | ImageRow, 'user_id' | 'project_id'>): RequestContext {
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
