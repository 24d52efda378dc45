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
import { Handles } from '@zun/transport';
import { PARTS, type ComputeParts } from '../parts.js';
import { TailOfLog } from './tail-of-log.js';

/** Questions that are answered at once. Errors reach the caller as they are, an engine that is away included: nobody waits for it here. */
@Controller()
export class CallsController {
  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  @Handles(getLogs)
  async logs({ uuid, ...options }: GetLogs): Promise<{ output: string }> {
    const tail = new TailOfLog();
    for await (const chunk of await this.parts.engine.logs(uuid, {
      ...options,
      tail: options.tail ?? null,
      since: options.since ?? null,
    })) {
      tail.add(chunk);
    }
    return { output: tail.toString() };
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
