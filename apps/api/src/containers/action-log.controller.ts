import { Controller, Param } from '@nestjs/common';
import { Policy } from '@zun/auth';
import { DomainError, formatServiceTime } from '@zun/domain';
import { ActionLogStore, type ContainerActionEventRow, type ContainerActionRow } from '@zun/persistence';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ContainerAccess } from './container-access.js';

function present(row: ContainerActionRow): Record<string, unknown> {
  return {
    action: row.action,
    container_uuid: row.container_uuid,
    request_id: row.request_id,
    user_id: row.user_id,
    project_id: row.project_id,
    start_time: formatServiceTime(row.start_time),
    finish_time: formatServiceTime(row.finish_time),
    message: row.message,
  };
}

/** What was done to a container. */
@Controller()
export class ActionLogController {
  constructor(
    private readonly access: ContainerAccess,
    private readonly actions: ActionLogStore,
    private readonly policy: Policy,
  ) {}

  @ServesOperation('listContainerActions')
  async list(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    return JSON.stringify({ containerActions: (await this.actions.list(row.uuid)).map(present) });
  }

  @ServesOperation('showContainerAction')
  async show(@Call() call: ApiCall, @Param('ident') ident: string, @Param('request_id') requestId: string): Promise<string> {
    const row = await this.access.find(call, ident);
    const action = await this.actions.findByRequest(row.uuid, requestId);
    if (!action) throw new DomainError('not-found', 'resource-not-found', `The Action resource ${requestId} could not be found.`);
    const target = { project_id: row.project_id, user_id: row.user_id };
    const showsTraceback = this.policy.allows('container:action:events', call.context, target);
    const events = await this.actions.events(Number(action.id));
    return JSON.stringify({ ...present(action), events: events.map((event) => presentEvent(event, showsTraceback)) });
  }
}

function presentEvent(event: ContainerActionEventRow, showsTraceback: boolean): Record<string, unknown> {
  return {
    event: event.event,
    start_time: formatServiceTime(event.start_time),
    finish_time: formatServiceTime(event.finish_time),
    result: event.result,
    traceback: showsTraceback ? event.traceback : null,
  };
}
