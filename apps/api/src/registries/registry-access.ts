import { Injectable } from '@nestjs/common';
import { Policy } from '@zun/auth';
import { RegistryStore, type RegistryRow } from '@zun/persistence';
import { ContainerAccess } from '../containers/container-access.js';
import type { ApiCall } from '../http/api-call.js';

/** Finds registries for whoever may see them. */
@Injectable()
export class RegistryAccess {
  constructor(
    private readonly store: RegistryStore,
    private readonly containers: ContainerAccess,
    private readonly policy: Policy,
  ) {}

  /**
   * An administrator's look-up searches all projects.
   * @throws RegistryNotFoundError, also for a registry of somebody else; AmbiguousNameError; PolicyNotAuthorizedError
   */
  async find({ context, operation }: ApiCall, ident: string): Promise<RegistryRow> {
    const scope = this.policy.isAdmin(context) ? 'all' : this.containers.ownScope(context);
    const row = await this.store.find(scope, ident);
    if (operation.policy !== null) {
      this.policy.check(operation.policy, context, { project_id: row.project_id, user_id: row.user_id });
    }
    return row;
  }

  /**
   * The caller's own registry that a new container names.
   * @throws RegistryNotFoundError, AmbiguousNameError
   */
  findOwn({ context }: ApiCall, ident: string): Promise<RegistryRow> {
    return this.store.find(this.containers.ownScope(context), ident);
  }
}
