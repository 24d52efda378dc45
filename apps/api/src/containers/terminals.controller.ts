import { Controller, Param } from '@nestjs/common';
import { resizeTerminal } from '@zun/contracts';
import { NoInteractiveFlagError, type TerminalSize } from '@zun/domain';
import { Call, NULL, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { TerminalLinks } from '../terminals/terminal-links.js';
import { ContainerAccess } from './container-access.js';
import { HostCalls } from './host-calls.js';

/** Terminals of containers and of commands in them. What flows through them goes over websockets: see `terminals/`. */
@Controller()
export class TerminalsController {
  constructor(
    private readonly access: ContainerAccess,
    private readonly calls: HostCalls,
    private readonly links: TerminalLinks,
  ) {}

  @ServesOperation('attachContainer')
  async attach(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    this.calls.demandState(row, 'attach');
    if (!row.interactive) throw new NoInteractiveFlagError(row.uuid);
    await this.calls.upHostOf(row);
    return JSON.stringify(await this.links.make(call.origin, row, null));
  }

  @ServesOperation('resizeTerminal')
  async resize(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    await this.calls.ask(call.context, row, 'resize', resizeTerminal, { uuid: row.uuid, ...sizeOf(call) });
    return NULL;
  }

  @ServesOperation('resizeExec')
  async resizeExec(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    const execId = call.params.exec_id as string;
    await this.calls.ask(call.context, row, 'execute_resize', resizeTerminal, { uuid: row.uuid, execId, ...sizeOf(call) });
    return NULL;
  }
}

function sizeOf({ params }: ApiCall): TerminalSize {
  return { height: Number(params.h), width: Number(params.w) };
}
