import type { WebSocket } from 'ws';

/**
 * How a quiet stream shows that it is alive. `ping`: the client is asked whether it is there. `padding`: a terminal is sent the character
 * of which terminals show nothing (NUL, which they were once given to fill time with). `none`: not at all.
 */
export type Liveness = 'ping' | 'padding' | 'none';

const PADDING = Buffer.of(0);

/** Keeps proxies from taking a quiet stream for a dead one; one whose client does not answer any more is ended. */
export class KeepAlive {
  private readonly timer: NodeJS.Timeout | undefined;
  private isQuiet = true;
  private hasAnswered = true;

  /** @param everyMs milliseconds between two signs of life */
  constructor(
    private readonly client: WebSocket,
    private readonly liveness: Liveness,
    everyMs: number,
  ) {
    if (liveness === 'none') return;
    client.on('pong', () => (this.hasAnswered = true));
    client.on('message', () => {
      this.hasAnswered = true;
      this.isQuiet = false;
    });
    this.timer = setInterval(() => this.beat(), everyMs);
  }

  /** Output goes to the client: no padding is needed for now. */
  noteOutput(): void {
    this.isQuiet = false;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const { client } = this;
    // What is read no further, or has not yet got what was said before, cannot answer, and is not quiet.
    if (client.isPaused || client.bufferedAmount > 0 || client.readyState !== client.OPEN) return;
    if (this.liveness === 'ping') this.ask();
    else if (this.isQuiet) client.send(PADDING, { binary: true });
    this.isQuiet = true;
  }

  private ask(): void {
    if (!this.hasAnswered) return this.client.terminate();
    this.hasAnswered = false;
    this.client.ping();
  }
}
