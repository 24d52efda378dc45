import { Readable } from 'node:stream';
import { Controller, Inject, Param, Req } from '@nestjs/common';
import { getArchive, putArchive } from '@zun/contracts';
import { InvalidValueError, Microversion } from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';
import { Call, NULL, type ApiCall, type ApiRequest } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { readLimited } from '../http/read-limited.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { base64Bytes, base64Text } from '../streams/base64.js';
import { HostStreams } from '../streams/host-streams.js';
import { jsonText } from '../streams/json-text.js';
import { readUpload, type UploadField } from '../streams/read-upload.js';
import { ContainerAccess } from './container-access.js';
import { HostCalls } from './host-calls.js';

/** Up to the version before, an archive is the text that its bytes are as UTF-8. */
const BASE64_SINCE = Microversion.of('1.25');

/** Copies files out of containers and into them, as tar archives of any size: nobody on their way holds more than a piece. */
@Controller()
export class ArchivesController {
  constructor(
    private readonly access: ContainerAccess,
    private readonly calls: HostCalls,
    private readonly streams: HostStreams,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @ServesOperation('getArchive')
  async get(@Call() call: ApiCall, @Param('ident') ident: string): Promise<Readable> {
    const row = await this.access.find(call, ident);
    const wanted = { uuid: row.uuid, path: pathOf(call.params.path) };
    const { answer: stat, chunks } = await this.streams.receive((stream) =>
      this.calls.ask(call.context, row, 'get_archive', getArchive, { ...wanted, stream }),
    );
    const data = call.version.isBefore(BASE64_SINCE) ? jsonText(chunks) : quoted(base64Text(chunks));
    return Readable.from(archiveReply(data, JSON.stringify(stat)), { objectMode: false });
  }

  /** The path may come before the data in the body, too. */
  @ServesOperation('putArchive')
  async put(@Call() call: ApiCall, @Param('ident') ident: string, @Req() request: ApiRequest): Promise<string> {
    const row = await this.access.find(call, ident);
    let path = call.params.path;
    let isPut = false;
    for await (const field of readUpload(readLimited(request.raw, this.options.maxArchiveBytes), 'data')) {
      if (field.name === 'path' && 'value' in field) path ??= field.value;
      if (field.name !== 'data') continue;
      if (isPut) throw new InvalidValueError('data: it may be given once.');
      await this.send(call, row, pathOf(path), dataOf(field, call.version));
      isPut = true;
    }
    if (!isPut) throw new InvalidValueError('data: an archive is needed.');
    return NULL;
  }

  private send(call: ApiCall, row: ContainerRow, path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    return this.streams.send(
      (stream) => this.calls.ask(call.context, row, 'put_archive', putArchive, { uuid: row.uuid, path, stream }),
      content,
    );
  }
}

/** @throws InvalidValueError */
function pathOf(path: unknown): string {
  if (typeof path !== 'string' || path === '') throw new InvalidValueError('path: a path in the container is needed.');
  if (path.includes('\u0000')) throw new InvalidValueError('path: it must be without NUL characters.');
  return path;
}

function dataOf(field: UploadField, version: Microversion): AsyncIterable<Uint8Array> {
  if (!('pieces' in field)) throw new InvalidValueError('data: it must be a text.');
  return version.isBefore(BASE64_SINCE) ? textBytes(field.pieces) : base64Bytes(field.pieces);
}

async function* textBytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function* quoted(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  yield '"';
  yield* pieces;
  yield '"';
}

async function* archiveReply(data: AsyncIterable<string>, stat: string): AsyncGenerator<string, void, undefined> {
  yield '{"data":';
  yield* data;
  yield `,"stat":${stat}}`;
}
