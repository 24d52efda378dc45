import { Controller, Get, Header, NotFoundException, Param, Redirect, Req, Res } from '@nestjs/common';
import { Public } from '@zun/auth';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleFiles, type ConsoleFile } from './console-files.js';

/**
 * xterm.js makes style elements for the size of its characters and its colours, and cannot give them a nonce. Everything else is of this
 * origin; a websocket to it counts as `'self'`.
 */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const A_YEAR = 'public, max-age=31536000, immutable';

/** The console's files. It is a client of the API like any other; an operator may turn it off, and then it is not there. */
@Controller()
@Public()
export class ConsoleController {
  constructor(private readonly files: ConsoleFiles) {}

  /** Relative, so that it also holds below a path that a proxy adds. */
  @Get('/console')
  @Redirect('console/', 302)
  enter(): void {
    this.find('index.html');
  }

  @Get('/console/index.html')
  @Header('content-security-policy', CONSOLE_POLICY)
  @Header('referrer-policy', 'no-referrer')
  @Header('cross-origin-opener-policy', 'same-origin')
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(this.find('index.html'), request, reply);
  }

  @Get('/console/assets/:file')
  asset(@Param('file') file: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(this.find(`assets/${file}`), request, reply);
  }

  private find(path: string): ConsoleFile {
    const file = this.files.find(path);
    if (!file) throw new NotFoundException();
    return file;
  }
}

function send(file: ConsoleFile, { headers }: FastifyRequest, reply: FastifyReply): void {
  const isGzipped = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  void reply.headers({
    'cache-control': file.isImmutable ? A_YEAR : 'no-cache',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    etag: file.etag,
  });
  if (headers['if-none-match'] === file.etag) return void reply.code(304).send();
  void reply.header('content-type', file.type);
  if (isGzipped) void reply.header('content-encoding', 'gzip');
  void reply.send(isGzipped ? file.gzipped : file.plain);
}
