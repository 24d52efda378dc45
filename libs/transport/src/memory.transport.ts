import type { Contract, Destination, Envelope, Outcome } from '@zun/contracts';
import { ServiceUnavailableError, systemClock, type Clock } from '@zun/domain';
import { Dispatcher, isPermanent, isUnavailable, makeEnvelope, unwrapOutcome, type TransportLogger } from './dispatch.js';
import { addressOf, type Registration, type RequestOptions, type SendOptions, type Transport } from './transport.js';

const MAX_DELIVERIES = 5;
const REDELIVERY_MS = 200;

/**
 * Carries messages between the services of one process. Everything is copied by way of JSON, as a broker would, so that what
 * works here works there. Messages do not outlive the process; the action log does.
 */
export class MemoryTransport implements Transport {
  private readonly served = new Map<string, Dispatcher>();
  private readonly waiting = new Map<string, Envelope[]>();
  private readonly underWay = new Set<Promise<unknown>>();
  private isClosed = false;

  constructor(
    private readonly logger: TransportLogger,
    private readonly clock: Clock = systemClock,
  ) {}

  async send<TPayload extends object>(
    to: Destination,
    command: Contract<TPayload>,
    payload: TPayload,
    options: SendOptions = {},
  ): Promise<void> {
    if (this.isClosed) throw new ServiceUnavailableError('The message transport is closed.');
    const address = addressOf(to);
    const envelope = copy(makeEnvelope(command, payload, options.requestId));
    const dispatcher = this.served.get(address);
    if (dispatcher) void this.track(this.deliver(dispatcher, envelope));
    else this.waiting.set(address, [...(this.waiting.get(address) ?? []), envelope]);
  }

  async request<TPayload extends object, TReply>(
    to: Destination,
    call: Contract<TPayload, TReply>,
    payload: TPayload,
    options: RequestOptions,
  ): Promise<TReply> {
    const dispatcher = this.served.get(addressOf(to));
    if (!dispatcher || this.isClosed) throw new ServiceUnavailableError(`Nobody answers for ${addressOf(to)}.`);
    const work = this.track(dispatcher.call(copy(makeEnvelope(call, payload, options.requestId))));
    const outcome = await withTimeout(work, options.timeoutMs, addressOf(to));
    return unwrapOutcome(copy(outcome) as Outcome<TReply>);
  }

  async serve(at: Destination, registrations: readonly Registration[]): Promise<void> {
    const address = addressOf(at);
    const dispatcher = new Dispatcher(registrations, this.logger);
    this.served.set(address, dispatcher);
    const early = this.waiting.get(address) ?? [];
    this.waiting.delete(address);
    for (const envelope of early) void this.track(this.deliver(dispatcher, envelope));
  }

  isConnected(): boolean {
    return !this.isClosed;
  }

  onConnect(listener: () => void): void {
    queueMicrotask(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.served.clear();
    await Promise.allSettled([...this.underWay]);
  }

  private async deliver(dispatcher: Dispatcher, envelope: Envelope): Promise<void> {
    // Never in the sender's own turn: no sender may come to depend on it.
    await Promise.resolve();
    for (let delivery = 1; ; delivery++) {
      try {
        return await dispatcher.command(envelope);
      } catch (error) {
        const isHopeless = isPermanent(error) || (delivery >= MAX_DELIVERIES && !isUnavailable(error));
        if (isHopeless || this.isClosed) {
          this.logger.error({ err: error, type: envelope.type, requestId: envelope.requestId }, 'a message was dropped');
          return;
        }
        await this.clock.sleep(REDELIVERY_MS * Math.min(delivery, MAX_DELIVERIES));
      }
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    void work.catch(() => undefined).finally(() => this.underWay.delete(work));
    return work;
  }
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** @throws ServiceUnavailableError when `work` takes longer */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, who: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceUnavailableError(`No answer from ${who} in ${timeoutMs} ms.`)), timeoutMs);
  });
  // Whichever loses the race may still fail later: that failure is nobody's.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
