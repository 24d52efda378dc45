import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InvalidStateError, isActionAllowed, type CommitChoice } from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';
import type { ApiCall } from '../http/api-call.js';
import { GlanceImages } from '../images/glance-images.js';
import { HostCalls } from './host-calls.js';

/** Has images made of containers. */
@Injectable()
export class Commits {
  constructor(
    private readonly calls: HostCalls,
    private readonly glance: GlanceImages,
  ) {}

  /**
   * In a cloud with Glance the image goes there, as in Zun, and is the caller's from now on; else it stays on its host, the project's own.
   * @returns its uuid
   * @throws InvalidStateError; what Glance says when it refuses
   */
  async commit(call: ApiCall, row: ContainerRow, name: Pick<CommitChoice, 'repo' | 'tag'>): Promise<string> {
    if (!(await this.glance.isServed())) return this.accept(call, row, { ...name, imageUuid: randomUUID() });
    if (!isActionAllowed('commit', row.status)) throw new InvalidStateError('commit', row.uuid, row.status);
    const { id: imageUuid } = await this.glance.createEmpty(call.token, name);
    try {
      return await this.accept(call, row, { ...name, imageUuid, isForGlance: true });
    } catch (error) {
      await this.glance.discard(call.token, imageUuid);
      throw error;
    }
  }

  private async accept({ context }: ApiCall, { uuid }: ContainerRow, commit: CommitChoice): Promise<string> {
    await this.calls.act(context, uuid, [{ action: 'commit', params: { commit } }]);
    return commit.imageUuid;
  }
}
