import { createReadStream, type ReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import { openApiDocument } from '@zun/api-schema';
import { Public } from '@zun/auth';
import type { FastifyReply } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { DOCS_PAGE, DOCS_POLICY, DOCS_SCRIPT } from './docs.page.js';

/** Files of Swagger UI that the page loads, and their types. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const A_DAY = 'public, max-age=86400';

/** The API's description, for machines and for people. An operator may turn it off; then it is not there. */
@Controller()
@Public()
export class DocsController {
  private readonly document: string | null;

  constructor(@Inject(API_OPTIONS) options: ApiOptions) {
    this.document = options.enableDocs ? JSON.stringify(openApiDocument(options.limits)) : null;
  }

  @Get('/v1/openapi.json')
  @Header('content-type', 'application/json')
  openApi(): string {
    if (this.document === null) throw new NotFoundException();
    return this.document;
  }

  @Get('/docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', DOCS_POLICY)
  @Header('x-content-type-options', 'nosniff')
  page(): string {
    if (this.document === null) throw new NotFoundException();
    return DOCS_PAGE;
  }

  @Get('/docs/:file')
  @Header('cache-control', A_DAY)
  @Header('x-content-type-options', 'nosniff')
  file(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): string | ReadStream {
    if (this.document === null) throw new NotFoundException();
    if (file === 'start.js') {
      void reply.header('content-type', 'text/javascript; charset=utf-8');
      return DOCS_SCRIPT;
    }
    const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (type === undefined) throw new NotFoundException();
    void reply.header('content-type', type);
    return createReadStream(join(SWAGGER_UI, file));
  }
}
