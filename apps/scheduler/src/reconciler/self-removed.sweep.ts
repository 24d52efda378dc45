import { Injectable } from '@nestjs/common';
import { Acceptance, ContainerStore } from '@zun/persistence';
import { Dispatcher } from '../dispatcher.js';
import { ownerOf } from '../owner-of.js';
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
