import { All, Controller, NotFoundException, MethodNotAllowedException, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { allowedMethods } from './allowed-methods.js';
import type { ApiRequest } from './api-call.js';

/** Whatever no other route takes. A token is needed even to be told that. */
@Controller()
export class UnknownController {
  @All('*')
  unknown(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    const methods = allowedMethods(request.url);
    if (request.method === 'OPTIONS') {
      void reply.code(200);
      return;
    }
    if (methods.length === 0) throw new NotFoundException();
    void reply.header('Allow', methods.join(', '));
    throw new MethodNotAllowedException();
  }
}
