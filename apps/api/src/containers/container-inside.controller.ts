import { Readable } from 'node:stream';
import { Controller, Param, Req, Res } from '@nestjs/common';
import { LIVE_SINCE, parseBool } from '@zun/api-schema';
import { createExec, CreateExec, executeCommand, getLogs, getStats, getTop, watchStats } from '@zun/contracts';
import { InvalidValueError, type StreamTicket } from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import { Call, type ApiCall, type ApiRequest } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ContainerAccess } from './container-access.js';
import { HostStreams } from '../streams/host-streams.js';
import { jsonText } from '../streams/json-text.js';
import { LiveReplies } from '../streams/live-replies.js';
import { TerminalLinks } from '../terminals/terminal-links.js';
import { HostCalls } from './host-calls.js';
import { parseSince } from './parse-since.js';
import { formatStats, statsLines } from './format-stats.js';

/** Python clients send the text None for nothing. */
const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== 'None' && value !== '' ? value : null);

/** Looks inside a container: its host is asked, and the answer waited for. */
@Controller()
export class ContainerInsideController {
  constructor(
    private readonly access: ContainerAccess,
    private readonly calls: HostCalls,
    private readonly streams: HostStreams,
    private readonly links: TerminalLinks,
    private readonly live: LiveReplies,
  ) {}

  @ServesOperation('containerLogs')
  async logs(
    @Call() call: ApiCall,
    @Param('ident') ident: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const { stdout, stderr, timestamps, tail, since } = call.params;
    const row = await this.access.find(call, ident);
    const streams = { stdout: parseBool(stdout, true), stderr: parseBool(stderr, true) };
    if (!streams.stdout && !streams.stderr) throw new InvalidValueError('One of stdout and stderr must be true.');
    const wanted = {
      uuid: row.uuid,
      ...streams,
      timestamps: parseBool(timestamps),
      tail: typeof tail === 'string' && /^\d{1,9}$/.test(tail) ? Number(tail) : null,
      since: parseSince(orNull(since)),
    };
    const follow = parseBool(call.params.follow);
    const receive = async (signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
      const ask = (stream: StreamTicket): Promise<object> =>
        this.calls.ask(call.context, row, 'logs', getLogs, { ...wanted, follow, stream });
      return (await this.streams.receive(ask, signal)).chunks;
    };
    if (follow) return this.live.send(request, reply, { type: 'text/plain; charset=utf-8', open: receive });
    return Readable.from(jsonText(await receive()), { objectMode: false });
  }

  private watchStats(row: ContainerRow, request: ApiRequest, reply: FastifyReply): Promise<Readable> {
    const open = async (signal: AbortSignal): Promise<AsyncIterable<string>> => {
      const ask = (stream: StreamTicket): Promise<object> =>
        this.calls.ask({ requestId: request.id }, row, 'stats', watchStats, { uuid: row.uuid, stream });
      return statsLines(row.name, (await this.streams.receive(ask, signal)).chunks);
    };
    return this.live.send(request, reply, { type: 'application/x-ndjson', open });
  }

  @ServesOperation('executeInContainer')
  async execute(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const { command, run, interactive } = call.params;
    const row = await this.access.find(call, ident);
    if (typeof command !== 'string' || command.trim() === '') throw new InvalidValueError('command: a command is needed.');
    const payload = { uuid: row.uuid, command, interactive: parseBool(interactive) };
    if (!parseBool(run, true)) return this.prepare(call, row, payload);
    const { output, exitCode } = await this.calls.ask(call.context, row, 'execute', executeCommand, payload);
    return JSON.stringify({ output, exit_code: exitCode, exec_id: null, proxy_url: null });
  }

  /** The command begins once its websocket is opened. */
  private async prepare(call: ApiCall, row: ContainerRow, command: CreateExec): Promise<string> {
    const { execId } = await this.calls.ask(call.context, row, 'execute', createExec, command);
    const url = await this.links.make(call.origin, row, execId);
    return JSON.stringify({ output: null, exit_code: null, exec_id: execId, proxy_url: url });
  }

  @ServesOperation('containerTop')
  async top(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    const payload = { uuid: row.uuid, psArgs: orNull(call.params.ps_args) };
    const { titles, processes } = await this.calls.ask(call.context, row, 'top', getTop, payload);
    return JSON.stringify({ Titles: titles, Processes: processes });
  }

  @ServesOperation('containerStats')
  async stats(
    @Call() call: ApiCall,
    @Param('ident') ident: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Readable> {
    const row = await this.access.find(call, ident);
    // An older client's parameter of that name is let through, as all that are unknown.
    if (call.version.isAtLeast(LIVE_SINCE) && parseBool(call.params.stream)) return this.watchStats(row, request, reply);
    return JSON.stringify(formatStats(row.name, await this.calls.ask(call.context, row, 'stats', getStats, { uuid: row.uuid })));
  }
}
