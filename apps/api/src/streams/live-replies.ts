import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { TOKEN_VALIDATOR, type TokenValidator } from '@zun/auth';
import type { Clock } from '@zun/domain';
import { CLOCK } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from '../http/api-call.js';
import { OpenStreams } from './open-streams.js';

/** How often it is asked whether the token of a stream still counts; its own end is known before. */
const TOKEN_CHECK_MS = 30_000;

/** Why a reply ends before what it tells of does: the reason of its signal. */
export type Ending = 'left' | 'expired' | 'stopping';

export interface LiveSource {
  /** The media type. */
  readonly type: string;
  /** Opens what is to be sent. The signal aborts, with an {@link Ending}, when no more is to be sent. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<string | Uint8Array>>;
}

/**
 * Replies without an end of their own: at the pace of the client, as many at a time as its project may have, and for as long as the
 * client stays, its token counts and the service runs.
 */
@Injectable()
export class LiveReplies {
  private readonly running = new Set<AbortController>();

  constructor(
    private readonly counts: OpenStreams,
    @Inject(TOKEN_VALIDATOR) private readonly tokens: TokenValidator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the body of the reply @throws DomainError of class too-many-requests; what `open` throws */
  async send(request: ApiRequest, reply: FastifyReply, { type, open }: LiveSource): Promise<Readable> {
    const { signal, over } = this.begin(request, reply);
    try {
      const body = Readable.from(await open(signal), { objectMode: false });
      void reply.headers({ 'content-type': type, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      // A connection that outlives its reply would keep the service from stopping. It is not announced: Node's own `fetch`, for one, then
      // takes a reply that was cut off for one that has ended.
      reply.raw.once('finish', () => request.raw.socket.end());
      // So that the client knows that it is served before there is anything to tell.
      reply.raw.once('pipe', () => reply.raw.flushHeaders());
      return body;
    } catch (error) {
      over();
      throw error;
    }
  }

  /**
   * Counts a reply that takes its time.
   * @returns what says, by an {@link Ending}, that it is to end; and what must be called should it fail
   * @throws DomainError of class too-many-requests
   */
  begin(request: ApiRequest, reply: FastifyReply): { signal: AbortSignal; over: () => void } {
    const { projectId, userId } = request.context!;
    const uncount = this.counts.begin(projectId ?? userId);
    const running = new AbortController();
    this.running.add(running);
    const over = (): void => {
      running.abort('left' satisfies Ending);
      if (this.running.delete(running)) uncount();
    };
    // Not the body, which is told of it no sooner than it has got what it waits for.
    reply.raw.once('close', over);
    if (reply.raw.destroyed) over();
    void this.watchToken(request, running);
    return { signal: running.signal, over };
  }

  /** Ends every reply, so that the server can close. */
  close(): void {
    for (const running of this.running) running.abort('stopping' satisfies Ending);
  }

  private async watchToken({ headers }: ApiRequest, running: AbortController): Promise<void> {
    const token = String(headers['x-auth-token']);
    const { signal } = running;
    for (;;) {
      const expiresAt = this.tokens.peek(token)?.expiresAt ?? Infinity;
      await this.clock.sleep(Math.min(TOKEN_CHECK_MS, Math.max(0, expiresAt - this.clock.now())), signal);
      if (signal.aborted) return;
      if (this.clock.now() >= expiresAt || !(await this.isValid(token))) return running.abort('expired' satisfies Ending);
    }
  }

  /** While nobody can tell, a token counts for as long as it was to. */
  private async isValid(token: string): Promise<boolean> {
    try {
      return (await this.tokens.validate(token)) !== null;
    } catch {
      return true;
    }
  }
}
