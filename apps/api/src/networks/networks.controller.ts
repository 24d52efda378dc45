import { Controller, Param, Res } from '@nestjs/common';
import { NetworkStore } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';

/** Networks that administrators make for projects. */
@Controller()
export class NetworksController {
  constructor(private readonly store: NetworkStore) {}

  @ServesOperation('createNetwork')
  async create(@Call() { context, body }: ApiCall): Promise<string> {
    const { uuid, name, project_id, user_id, neutron_net_id } = await this.store.create({
      projectId: context.projectId ?? '',
      userId: context.userId,
      name: body.name as string | null,
      neutronNetId: body.neutron_net_id as string,
    });
    return JSON.stringify({ uuid, name, project_id, user_id, network_id: neutron_net_id, neutron_net_id });
  }

  @ServesOperation('deleteNetwork')
  async delete(@Param('ident') ident: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.store.delete(ident);
    reply.removeHeader('content-type');
  }
}
