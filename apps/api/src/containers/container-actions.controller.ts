import { Controller, Param } from '@nestjs/common';
import type { ActionParameters } from '@zun/domain';
import type { ActionRequest } from '@zun/persistence';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
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
    const { image, image_driver: imageDriver, uuid } = await this.access.find(call, ident);
    const choice = rebuildImageOf(call.params, { image, imageDriver });
    await this.calls.act(call.context, uuid, [{ action: 'rebuild', params: choice === null ? {} : { image: choice } }]);
    return NULL;
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
