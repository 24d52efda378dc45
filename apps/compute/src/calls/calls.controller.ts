import { Controller, Inject } from '@nestjs/common';
import {
  executeCommand,
  ExecuteCommand,
  getLogs,
  GetLogs,
  getStats,
  GetStats,
  getTop,
  GetTop,
  updateResources,
  UpdateResources,
} from '@zun/contracts';
import { splitWords, type ExecResult, type StatsSample, type TopResult } from '@zun/domain';
import { dialStream, sendFrames } from '@zun/streams';
import { Handles } from '@zun/transport';
import { PARTS, type ComputeParts } from '../parts.js';

const DIAL_TIMEOUT_MS = 5_000;

/** Questions that are answered at once. Errors reach the caller as they are, an engine that is away included: nobody waits for it here. */
@Controller()
export class CallsController {
  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  /** Answers once the log flows; it goes on flowing at the reader's pace. */
  @Handles(getLogs)
  async logs({ uuid, stream: ticket, ...options }: GetLogs): Promise<Record<string, never>> {
    const log = await this.parts.engine.logs(uuid, { ...options, tail: options.tail ?? null, since: options.since ?? null });
    const stream = await dialStream(ticket, { timeoutMs: DIAL_TIMEOUT_MS });
    // A reader that goes away in the middle is nobody's error.
    stream.on('error', (error) => this.parts.logger.debug({ err: error, uuid }, 'a stream broke'));
    sendFrames(stream, log).catch((error: unknown) => this.parts.logger.warn({ err: error, uuid }, 'a log broke off'));
    return {};
  }

  @Handles(executeCommand)
  execute({ uuid, command, interactive }: ExecuteCommand): Promise<ExecResult> {
    const timeoutMs = this.parts.options.executeTimeoutMs;
    return this.parts.engine.exec(uuid, { command: splitWords(command), interactive, timeoutMs });
  }

  @Handles(getTop)
  top({ uuid, psArgs }: GetTop): Promise<TopResult> {
    return this.parts.engine.top(uuid, psArgs ?? null);
  }

  @Handles(getStats)
  stats({ uuid }: GetStats): Promise<StatsSample> {
    return this.parts.engine.stats(uuid);
  }

  @Handles(updateResources)
  async update({ uuid, cpu, memoryMib }: UpdateResources): Promise<Record<string, never>> {
    const { memorySwap } = this.parts.options;
    await this.parts.engine.updateResources(uuid, { cpu, memoryMib, memorySwap });
    return {};
  }
}
