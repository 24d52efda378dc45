import { Readable } from 'node:stream';
import { Controller, Param } from '@nestjs/common';
import { parseBool } from '@zun/api-schema';
import { createExec, CreateExec, executeCommand, getLogs, getStats, getTop } from '@zun/contracts';
import { InvalidValueError } from '@zun/domain';
import type { ContainerRow } from '@zun/persistence';
import { Call, type ApiCall } from '../http/api-call.js';
import { ServesOperation } from '../http/operation.decorator.js';
import { ContainerAccess } from './container-access.js';
import { HostStreams } from '../streams/host-streams.js';
import { jsonText } from '../streams/json-text.js';
import { TerminalLinks } from '../terminals/terminal-links.js';
import { HostCalls } from './host-calls.js';
import { parseSince } from './parse-since.js';
import { formatStats } from './format-stats.js';

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
  ) {}

  @ServesOperation('containerLogs')
  async logs(@Call() call: ApiCall, @Param('ident') ident: string): Promise<Readable> {
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
    const { chunks: log } = await this.streams.receive((stream) =>
      this.calls.ask(call.context, row, 'logs', getLogs, { ...wanted, stream }),
    );
    return Readable.from(jsonText(log), { objectMode: false });
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
  async stats(@Call() call: ApiCall, @Param('ident') ident: string): Promise<string> {
    const row = await this.access.find(call, ident);
    return JSON.stringify(formatStats(row.name, await this.calls.ask(call.context, row, 'stats', getStats, { uuid: row.uuid })));
  }
}
