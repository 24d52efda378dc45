import { Controller, Param, Res } from '@nestjs/common';
import { parseStrictBool } from '@zun/api-schema';
import { Policy } from '@zun/auth';
import type { FastifyReply } from 'fastify';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ContainerAccess } from './container-access.js';
import { ContainerList } from './container-list.js';
import { ContainerSerializer } from './container.serializer.js';
import { ContainersService } from './containers.service.js';

@Controller()
export class ContainersController {
  constructor(
    private readonly containers: ContainersService,
    private readonly list: ContainerList,
    private readonly access: ContainerAccess,
    private readonly serializer: ContainerSerializer,
    private readonly policy: Policy,
  ) {}

  @ServesOperation('listContainers')
  async listContainers(@Call() call: ApiCall): Promise<string> {
    const { rows, next } = await this.list.read(call);
    return this.serializer.page(call, rows, next);
  }

  @ServesOperation('createContainer')
  async createContainer(@Call() call: ApiCall, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const row = await this.containers.create(call);
    void reply.header('Location', `${call.origin}/v1/containers/${row.uuid}`);
    return this.serializer.one(call, row, 'created');
  }

  @ServesOperation('showContainer')
  async showContainer(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    if (parseStrictBool('all_projects', call.params.all_projects)) {
      this.policy.check('container:get_one_all_projects', call.context);
    }
    return this.serializer.one(call, await this.access.find(call, ident));
  }

  @ServesOperation('updateContainer')
  async updateContainer(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.serializer.one(call, await this.containers.update(call, ident));
  }

  @ServesOperation('renameContainer')
  async renameContainer(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.serializer.one(call, await this.containers.rename(call, ident));
  }

  @ServesOperation('resizeContainer')
  async resizeContainer(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    return this.serializer.one(call, await this.containers.resize(call, ident));
  }

  @ServesOperation('deleteContainer')
  async deleteContainer(
    @Call() call: ApiCall,
    @Param('ident') ident: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.containers.delete(call, ident);
    reply.removeHeader('content-type');
  }
}
