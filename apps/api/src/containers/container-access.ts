import { Injectable } from '@nestjs/common';
import { Policy } from '@zun/auth';
import type { RequestContext } from '@zun/domain';
import { ContainerStore, type ContainerRow, type TenantScope } from '@zun/persistence';
import type { ApiCall } from '../http/api-call.js';

/** Finds containers for whoever may see them. */
@Injectable()
export class ContainerAccess {
  constructor(
    private readonly store: ContainerStore,
    private readonly policy: Policy,
  ) {}

  /** The caller's own containers: of its project, or of the user when the token has none. */
  ownScope(context: RequestContext): TenantScope {
    return context.projectId === null ? { userId: context.userId } : { projectId: context.projectId };
  }

  /**
   * An administrator's look-up of one container searches all projects.
   * @throws ContainerNotFoundError, also for a container of somebody else; PolicyNotAuthorizedError
   */
  async find(call: ApiCall, ident: string): Promise<ContainerRow> {
    const { context, operation } = call;
    const scope = this.policy.isAdmin(context) ? 'all' : this.ownScope(context);
    const row = await this.store.find(scope, ident);
    if (operation.policy !== null) this.check(call, operation.policy, row);
    return row;
  }

  /** @throws PolicyNotAuthorizedError */
  check(call: ApiCall, rule: string, row: ContainerRow): void {
    this.policy.check(rule, call.context, { project_id: row.project_id, user_id: row.user_id });
  }
}
