import { randomUUID } from 'node:crypto';
import { Controller, Param } from '@nestjs/common';
import { InvalidValueError, type ActionParameters } from '@zun/domain';
import type { ActionRequest, ContainerRow } from '@zun/persistence';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { demandImageName, splitName } from '../images/image-names.js';
import { ImagesService } from '../images/images.service.js';
import { ContainerAccess } from './container-access.js';
import { HostCalls } from './host-calls.js';
import { rebuildImageOf } from './rebuild-request.js';

/** Seconds as digits; empty and 0 mean the engine's default, as in Zun. A day is as long as anybody waits. */
const MAX_TIMEOUT_S = 86_400;

function timeoutOf({ params }: ApiCall): ActionParameters {
  const timeoutS = Math.min(Number(params.timeout ?? 0), MAX_TIMEOUT_S);
  return timeoutS > 0 ? { timeoutS } : {};
}

/** Actions that happen in the background. */
@Controller()
export class ContainerActionsController {
  constructor(
    private readonly access: ContainerAccess,
    private readonly calls: HostCalls,
    private readonly images: ImagesService,
  ) {}

  @ServesOperation('startContainer')
  start(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.act(call, ident, 'start');
  }

  @ServesOperation('stopContainer')
  stop(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.act(call, ident, 'stop', timeoutOf(call));
  }

  @ServesOperation('rebootContainer')
  reboot(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.act(call, ident, 'reboot', timeoutOf(call));
  }

  @ServesOperation('pauseContainer')
  pause(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.act(call, ident, 'pause');
  }

  @ServesOperation('unpauseContainer')
  unpause(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.act(call, ident, 'unpause');
  }

  @ServesOperation('killContainer')
  kill(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const signal = call.params.signal as string | undefined;
    return this.act(call, ident, 'kill', signal === undefined || signal === 'None' ? {} : { signal: signal.toUpperCase() });
  }

  @ServesOperation('rebuildContainer')
  async rebuild(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    const choice = rebuildImageOf(call.params, { image: row.image, imageDriver: row.image_driver });
    const image = choice && { ...choice, committedImage: await this.committedImageFor(row, choice.image) };
    await this.calls.act(call.context, row.uuid, [{ action: 'rebuild', params: image === null ? {} : { image } }]);
    return NULL;
  }

  @ServesOperation('commitContainer')
  async commit(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { uuid } = await this.access.find(call, ident);
    const { repository, tag } = call.params as { repository: string; tag?: string };
    const named = splitName(repository);
    const imageUuid = randomUUID();
    const commit = { imageUuid, repo: named.repo, tag: tag && tag !== 'None' ? tag : named.tag };
    await this.calls.act(call.context, uuid, [{ action: 'commit', params: { commit } }]);
    return JSON.stringify({ uuid: imageUuid });
  }

  /**
   * The uuid of the project's own image of that name; null: it has none.
   * @throws InvalidValueError for a name that no image has, and for an image that is on another host
   */
  private async committedImageFor(row: ContainerRow, name: string): Promise<string | null> {
    const committed = await this.images.findCommitted(row.project_id, name);
    if (!committed) {
      demandImageName(name);
      return null;
    }
    if (row.host !== null && committed.host !== row.host) {
      throw new InvalidValueError(`image: ${name} has been committed on another host than that of the container`);
    }
    return committed.uuid;
  }

  private async act(
    call: ApiCall,
    ident: string,
    action: ActionRequest['action'],
    params: ActionParameters = {},
  ): Promise<string> {
    const row = await this.access.find(call, ident);
    await this.calls.act(call.context, row.uuid, [{ action, params }]);
    return NULL;
  }
}
