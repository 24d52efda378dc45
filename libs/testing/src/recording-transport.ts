import { parsePayload, type Contract, type Destination } from '@zun/contracts';
import { ServiceUnavailableError } from '@zun/domain';
import type { RequestOptions, Transport } from '@zun/transport';

export interface SentMessage {
  readonly to: Destination;
  readonly type: string;
  readonly payload: object;
}

/** Keeps what is sent; may be away. What is sent must keep its contract. */
export class RecordingTransport implements Transport {
  readonly sent: SentMessage[] = [];
  /** Answers of calls, by contract type. */
  readonly answers = new Map<string, (payload: object) => unknown>();
  isAway = false;
  private readonly listeners: (() => void)[] = [];

  async send<TPayload extends object>(to: Destination, command: Contract<TPayload>, payload: TPayload): Promise<void> {
    if (this.isAway) throw new ServiceUnavailableError('The message broker does not answer.');
    const copy = parsePayload(command, JSON.parse(JSON.stringify(payload)));
    this.sent.push({ to, type: command.type, payload: copy });
  }

  async request<TPayload extends object, TReply>(
    _to: Destination,
    call: Contract<TPayload, TReply>,
    payload: TPayload,
    _options: RequestOptions,
  ): Promise<TReply> {
    const answer = this.answers.get(call.type);
    if (this.isAway || !answer) throw new ServiceUnavailableError(`Nobody answers ${call.type}.`);
    return answer(payload) as TReply;
  }

  async serve(): Promise<void> {
    // Nothing is received: tests call handlers themselves.
  }

  isConnected(): boolean {
    return !this.isAway;
  }

  onConnect(listener: () => void): void {
    this.listeners.push(listener);
    if (!this.isAway) queueMicrotask(listener);
  }

  async close(): Promise<void> {
    this.isAway = true;
  }

  /** The broker is back. */
  comeBack(): void {
    this.isAway = false;
    for (const listen of this.listeners) listen();
  }

  /** Payloads sent under one contract, in order. */
  of<TPayload extends object>(contract: Contract<TPayload>): TPayload[] {
    return this.sent.filter(({ type }) => type === contract.type).map(({ payload }) => payload as TPayload);
  }
}
