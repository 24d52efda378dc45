import { Controller, Param } from '@nestjs/common';
import { InvalidValueError, type ActionParameters } from '@zun/domain';
import type { ActionRequest, ContainerRow, ImageRow } from '@zun/persistence';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ImageChoices } from '../images/image-choices.js';
import { splitName } from '../images/image-names.js';
import { ContainerAccess } from './container-access.js';
import { Commits } from './commits.js';
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
    private readonly commits: Commits,
    private readonly images: ImageChoices,
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
    const named = rebuildImageOf(call.params, { image: row.image, imageDriver: row.image_driver });
    const image = named && (await this.images.choose(call, { ...named, projectId: row.project_id }, demandSameHost(row)));
    await this.calls.act(call.context, row.uuid, [{ action: 'rebuild', params: image === null ? {} : { image } }]);
    return NULL;
  }

  @ServesOperation('commitContainer')
  async commit(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    const { repository, tag } = call.params as { repository: string; tag?: string };
    const named = splitName(repository);
    const name = { repo: named.repo, tag: tag && tag !== 'None' ? tag : named.tag };
    return JSON.stringify({ uuid: await this.commits.commit(call, row, name) });
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

/** A rebuilt container stays where it is. @throws InvalidValueError for an image that is on another host */
function demandSameHost({ host }: ContainerRow): (own: ImageRow) => void {
  return (own) => {
    if (host !== null && own.host !== host) {
      throw new InvalidValueError(`image: ${own.repo}:${own.tag} has been committed on another host than that of the container`);
    }
  };
}
