import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Terminal } from '@zun/driver-api';
import { EngineRefusedError, type StreamEnd, type StreamTicket } from '@zun/domain';
import { dialStream, receiveFrames, sendFrames } from '@zun/streams';
import { Stopping } from '../engine/stopping.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { pour } from './pour.js';

const DIAL_TIMEOUT_MS = 5_000;
/** An engine notes the end of a process a moment after its output has ended. */
const NOTES_END_MS = 100;
const NOTES_END_TRIES = 20;

/** Whose terminal: the container's own, or a command's. */
export interface TerminalOf {
  readonly uuid: string;
  readonly execId: string | null;
}

/**
 * Joins terminals on the engine to streams of the API. A command lives as long as somebody is joined to it: whatever breaks the stream ends
 * it. Commands of a service that was killed are ended by the one that comes after it.
 */
@Injectable()
export class Terminals {
  /** Commands that somebody is joined to, or is about to be. */
  private readonly joined = new Set<string>();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {}

  /** Returns once both ways are open. @throws what the engine says, ServiceUnavailableError when the API has gone */
  async open(of: TerminalOf, ticket: StreamTicket): Promise<void> {
    const { logger } = this.parts;
    this.reserve(of);
    let stream: Duplex | null = null;
    try {
      stream = await dialStream(ticket, { timeoutMs: DIAL_TIMEOUT_MS });
      // Whoever goes away in the middle is nobody's error.
      stream.on('error', (error) => logger.debug({ err: error, ...of }, 'a terminal was left'));
      const terminal = await this.join(of);
      void this.carry(of, terminal, stream);
    } catch (error) {
      stream?.destroy();
      await this.leave(of);
      throw error;
    }
  }

  /** A message that comes twice must not end what the first has begun. @throws EngineRefusedError of class conflict */
  private reserve({ execId }: TerminalOf): void {
    if (execId === null) return;
    if (this.joined.has(execId))
      throw new EngineRefusedError(`Command ${execId} has been started already.`, { errorClass: 'conflict', code: 'conflict' });
    this.joined.add(execId);
  }

  /** Ends commands that nobody is joined to, until the service stops. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.endStrays().catch((error: unknown) => {
        this.parts.logger.debug({ err: error }, 'commands without anybody joined could not be looked for');
      });
      await this.parts.clock.sleep(this.parts.options.danglingMs, this.stopping.signal);
    }
  }

  /** @throws domain errors of the engine */
  async endStrays(): Promise<void> {
    for (const of of await this.parts.engine.streamedExecs()) if (!this.joined.has(of.execId)) await this.leave(of);
  }

  private join({ uuid, execId }: TerminalOf): Promise<Terminal> {
    const { engine } = this.parts;
    return execId ? engine.startExec(uuid, execId) : engine.attach(uuid);
  }

  private async carry(of: TerminalOf, terminal: Terminal, stream: Duplex): Promise<void> {
    const hangUp = (): void => terminal.hangUp();
    const stop = (): void => void stream.destroy();
    stream.once('close', hangUp);
    this.stopping.signal.addEventListener('abort', stop, { once: true });
    if (stream.destroyed) hangUp();
    const typing = pour(receiveFrames(stream, { keepOpen: true }), terminal.input);
    // Whoever goes without saying that this was all does not listen any more, either.
    typing.catch(stop);
    try {
      const lastWord = async (): Promise<Buffer> => Buffer.from(JSON.stringify(await this.endOf(of)));
      await sendFrames(stream, terminal.output, { lastWord });
    } catch (error) {
      this.parts.logger.debug({ err: error, ...of }, 'a terminal broke off');
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
      terminal.hangUp();
      await this.leave(of);
    }
  }

  /** A command goes with whoever was joined to it. */
  private async leave({ uuid, execId }: TerminalOf): Promise<void> {
    if (execId === null) return;
    try {
      await this.parts.engine.endExec(uuid, execId);
    } catch (error) {
      this.parts.logger.warn({ err: error, uuid, execId }, 'a command that nobody is joined to could not be ended; tried again');
    } finally {
      this.joined.delete(execId);
    }
  }

  private async endOf({ uuid, execId }: TerminalOf): Promise<StreamEnd> {
    const { engine, clock } = this.parts;
    for (let attempt = 0; attempt < NOTES_END_TRIES; attempt++) {
      const container = await engine.inspect(uuid);
      if (!container) return { exitCode: null, reason: 'The container is gone.' };
      const { phase, exitCode: ownExitCode } = container.state;
      if (phase !== 'running' && phase !== 'paused')
        return { exitCode: ownExitCode, reason: `The container has ended with exit code ${ownExitCode}.` };
      const exitCode = execId === null ? null : await engine.execExitCode(uuid, execId);
      if (exitCode !== null) return { exitCode, reason: `The command has ended with exit code ${exitCode}.` };
      await clock.sleep(NOTES_END_MS);
    }
    return { exitCode: null, reason: 'The connection to the terminal has ended.' };
  }
}
