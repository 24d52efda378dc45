import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '@zun/domain';
import { Acceptance, ContainerStore, type ContainerRow } from '@zun/persistence';
import { Dispatcher } from '../dispatcher.js';
import type { Sweep } from './sweep.js';

const BATCH = 100;

/** Cleans up after containers that removed themselves when they ended (`auto_remove`): their networks, claims and records. */
@Injectable()
export class SelfRemovedSweep implements Sweep {
  readonly name = 'self-removed';

  constructor(
    private readonly containers: ContainerStore,
    private readonly acceptance: Acceptance,
    private readonly dispatcher: Dispatcher,
  ) {}

  async run(): Promise<void> {
    for (const row of await this.containers.findSelfRemoved(BATCH)) {
      const deletion = { action: 'delete', rule: 'delete_force', params: { force: true } } as const;
      await this.dispatcher.redispatch([await this.acceptance.act(ownerOf(row), row.uuid, [deletion])]);
    }
  }
}

/** The clean-up is done in the owner's name. */
function ownerOf(row: ContainerRow): RequestContext {
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
