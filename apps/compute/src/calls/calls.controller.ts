import type { Duplex } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import {
  executeCommand,
  ExecuteCommand,
  getArchive,
  GetArchive,
  getLogs,
  GetLogs,
  getStats,
  GetStats,
  getTop,
  GetTop,
  putArchive,
  PutArchive,
  updateResources,
  UpdateResources,
  watchStats,
  WatchStats,
  type Outcome,
} from '@zun/contracts';
import {
  splitWords,
  toDomainError,
  type ExecResult,
  type PathStat,
  type StatsSample,
  type StreamTicket,
  type TopResult,
} from '@zun/domain';
import { dialStream, receiveFrames, sendFrames } from '@zun/streams';
import { Handles } from '@zun/transport';
import { PARTS, type ComputeParts } from '../parts.js';
import { abortWhenLeft } from './abort-when-left.js';

const DIAL_TIMEOUT_MS = 5_000;

/** Questions that are answered at once. Errors reach the caller as they are, an engine that is away included: nobody waits for it here. */
@Controller()
export class CallsController {
  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  /** Answers once the log flows; it goes on flowing at the reader's pace. */
  @Handles(getLogs)
  async logs({ uuid, stream: ticket, ...options }: GetLogs): Promise<Record<string, never>> {
    const wanted = { ...options, tail: options.tail ?? null, since: options.since ?? null };
    return this.sendLive(uuid, ticket, (signal) => this.parts.engine.logs(uuid, { ...wanted, signal }));
  }

  /** Answers once the archive flows. */
  @Handles(getArchive)
  async getArchive({ uuid, path, stream: ticket }: GetArchive): Promise<PathStat> {
    const { stat, content } = await this.parts.engine.getArchive(uuid, path);
    this.sendSoon(uuid, await this.dial(uuid, ticket), content);
    return stat;
  }

  /** Answers before the archive comes; how it ended goes back over the stream. */
  @Handles(putArchive)
  async putArchive({ uuid, path, stream: ticket }: PutArchive): Promise<Record<string, never>> {
    const stream = await this.dial(uuid, ticket);
    const unpacked = this.parts.engine.putArchive(uuid, path, receiveFrames(stream, { keepOpen: true }));
    void this.outcomeOf(unpacked).then((outcome) => {
      if (!stream.destroyed) this.sendSoon(uuid, stream, once(Buffer.from(JSON.stringify(outcome))));
    });
    return {};
  }

  /** @param open is told by its signal when nobody reads any more */
  private async sendLive(
    uuid: string,
    ticket: StreamTicket,
    open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
  ): Promise<Record<string, never>> {
    const left = new AbortController();
    const chunks = await open(left.signal);
    try {
      const stream = await this.dial(uuid, ticket);
      abortWhenLeft(stream, left);
      this.sendSoon(uuid, stream, chunks);
      return {};
    } catch (error) {
      left.abort();
      throw error;
    }
  }

  private async dial(uuid: string, ticket: StreamTicket): Promise<Duplex> {
    const stream = await dialStream(ticket, { timeoutMs: DIAL_TIMEOUT_MS });
    // A reader that goes away in the middle is nobody's error.
    stream.on('error', (error) => this.parts.logger.debug({ err: error, uuid }, 'a stream broke'));
    return stream;
  }

  private sendSoon(uuid: string, stream: Duplex, chunks: AsyncIterable<Uint8Array>): void {
    sendFrames(stream, chunks).catch((error: unknown) => this.parts.logger.warn({ err: error, uuid }, 'a stream broke off'));
  }

  private async outcomeOf(work: Promise<unknown>): Promise<Outcome<null>> {
    try {
      await work;
      return { ok: true, value: null };
    } catch (error) {
      const known = toDomainError(error);
      if (known.errorClass === 'internal') this.parts.logger.error({ err: error }, 'an archive could not be put');
      return { ok: false, error: known.toData() };
    }
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

  /** Answers once samples flow. */
  @Handles(watchStats)
  watchStats({ uuid, stream: ticket }: WatchStats): Promise<Record<string, never>> {
    return this.sendLive(uuid, ticket, async (signal) => asJson(await this.parts.engine.watchStats(uuid, signal)));
  }

  @Handles(updateResources)
  async update({ uuid, cpu, memoryMib }: UpdateResources): Promise<Record<string, never>> {
    const { memorySwap } = this.parts.options;
    await this.parts.engine.updateResources(uuid, { cpu, memoryMib, memorySwap });
    return {};
  }
}

/** One a line. */
async function* asJson(values: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`);
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}
