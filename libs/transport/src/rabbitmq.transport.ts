import { AmqpConnection, Nack, type MessageErrorHandler } from '@golevelup/nestjs-rabbitmq';
import { SCHEDULER, type Contract, type Destination, type Envelope, type Outcome } from '@zun/contracts';
import { ServiceUnavailableError, systemClock } from '@zun/domain';
import type { ConsumeMessage } from 'amqplib';
import { setMaxListeners } from 'node:events';
import {
  Dispatcher,
  holdOut,
  isPermanent,
  isUnavailable,
  makeEnvelope,
  unwrapOutcome,
  type TransportLogger,
} from './dispatch.js';
import { withTimeout } from './memory.transport.js';
import { addressOf, type Registration, type RequestOptions, type SendOptions, type Transport } from './transport.js';

export interface RabbitMqOptions {
  /** One `amqp://` URL per broker node. */
  readonly urls: readonly string[];
  /** How many messages this process works on at once, commands and calls each. */
  readonly prefetch: number;
  /** Milliseconds a message may wait for the broker to take it. */
  readonly sendTimeoutMs?: number;
}

const MAX_DELIVERIES = 5;
const REDELIVERY_MS = 500;
/** How long a message waits here for what its handler needs, before it is given back: another receiver may be better off. */
const HOLD_MS = 30_000;

const commandQueue = (to: Destination): string => `zun.${addressOf(to)}`;
/** Calls have their own queue: they expire, and must not wait behind a host's work. */
const callQueue = (to: Destination): string => `zun.${addressOf(to)}.calls`;

/** Quorum queues survive the loss of a broker node, and exist under their name as soon as a node does. */
const QUEUE_OPTIONS = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

/** Deliveries before this one, counted by quorum queues. */
function deliveriesBefore(message: ConsumeMessage): number {
  const count: unknown = message.properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : 0;
}

/** Carries messages over RabbitMQ: named quorum queues, confirmed publishing, bounded redelivery, reconnection. */
export class RabbitMqTransport implements Transport {
  private readonly connection: AmqpConnection;
  private readonly sendTimeoutMs: number;
  private readonly closing = new AbortController();
  private readonly connectListeners: (() => void)[] = [];

  private constructor(
    options: RabbitMqOptions,
    private readonly logger: TransportLogger,
  ) {
    // As many messages wait for it as are worked on; that is no leak.
    setMaxListeners(0, this.closing.signal);
    this.sendTimeoutMs = options.sendTimeoutMs ?? 5_000;
    this.connection = new AmqpConnection({
      uri: [...options.urls],
      prefetchCount: options.prefetch,
      // Consumers get channels of their own: a slow call does not hold up commands.
      channels: {
        publish: { default: true, prefetchCount: options.prefetch },
        commands: { prefetchCount: options.prefetch },
        calls: { prefetchCount: options.prefetch },
      },
      // The schedulers' queue exists as soon as anybody is connected: a host that comes first is heard when a scheduler comes.
      queues: [{ name: commandQueue(SCHEDULER), options: QUEUE_OPTIONS }],
      connectionInitOptions: { wait: false },
      connectionManagerOptions: {
        heartbeatIntervalInSeconds: 10,
        reconnectTimeInSeconds: 1,
        connectionOptions: { noDelay: true, timeout: 5_000 },
      },
      logger: connectionLogger(logger),
    });
  }

  /** Starts to connect; does not wait for the broker, which may come later or come back. */
  static async connect(options: RabbitMqOptions, logger: TransportLogger): Promise<RabbitMqTransport> {
    const transport = new RabbitMqTransport(options, logger);
    await transport.connection.init();
    transport.connection.managedConnection.on('connect', () => {
      for (const listener of transport.connectListeners) listener();
    });
    return transport;
  }

  async send<TPayload extends object>(
    to: Destination,
    command: Contract<TPayload>,
    payload: TPayload,
    options: SendOptions = {},
  ): Promise<void> {
    const envelope = makeEnvelope(command, payload, options.requestId);
    try {
      await this.connection.publish('', commandQueue(to), envelope, { persistent: true, timeout: this.sendTimeoutMs } as object);
    } catch (error) {
      throw new ServiceUnavailableError('The message broker does not answer.', error);
    }
  }

  async request<TPayload extends object, TReply>(
    to: Destination,
    call: Contract<TPayload, TReply>,
    payload: TPayload,
    options: RequestOptions,
  ): Promise<TReply> {
    if (!this.isConnected()) throw new ServiceUnavailableError('The message broker does not answer.');
    const { timeoutMs } = options;
    // golevelup's own promise may fail after the broker has gone and nobody waits any more; withTimeout keeps that quiet.
    const answer = this.connection.request<Outcome<TReply>>({
      exchange: '',
      routingKey: callQueue(to),
      payload: makeEnvelope(call, payload, options.requestId),
      timeout: timeoutMs,
      expiration: timeoutMs,
      publishOptions: { timeout: Math.min(timeoutMs, this.sendTimeoutMs) } as object,
    });
    const outcome = await withTimeout(answer, timeoutMs, addressOf(to)).catch((error: unknown) => {
      if (error instanceof ServiceUnavailableError) throw error;
      throw new ServiceUnavailableError(`No answer from ${addressOf(to)} in ${timeoutMs} ms.`, error);
    });
    return unwrapOutcome(outcome);
  }

  async serve(at: Destination, registrations: readonly Registration[]): Promise<void> {
    const dispatcher = new Dispatcher(registrations, this.logger);
    await Promise.all([
      this.connection.createSubscriber<Envelope>(
        (envelope, message) => this.handleCommand(dispatcher, envelope!, message!),
        { queue: commandQueue(at), queueOptions: { ...QUEUE_OPTIONS, channel: 'commands' }, errorHandler: this.onHandlerError },
        commandQueue(at),
      ),
      this.connection.createRpc<Envelope, Outcome<unknown>>((envelope) => dispatcher.call(envelope!), {
        queue: callQueue(at),
        routingKey: callQueue(at),
        queueOptions: { ...QUEUE_OPTIONS, channel: 'calls' },
        errorHandler: this.onHandlerError,
      }),
    ]);
  }

  isConnected(): boolean {
    return this.connection.managedConnection.isConnected();
  }

  onConnect(listener: () => void): void {
    this.connectListeners.push(listener);
    if (this.isConnected()) queueMicrotask(listener);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.connection.close();
  }

  private async handleCommand(dispatcher: Dispatcher, envelope: Envelope, message: ConsumeMessage): Promise<void | Nack> {
    try {
      await holdOut(() => dispatcher.command(envelope), HOLD_MS, { clock: systemClock, signal: this.closing.signal });
      return undefined;
    } catch (error) {
      const deliveries = deliveriesBefore(message) + 1;
      const fields = { err: error, type: envelope.type, requestId: envelope.requestId, deliveries };
      if (isPermanent(error) || (deliveries >= MAX_DELIVERIES && !isUnavailable(error))) {
        this.logger.error(fields, 'a message was dropped');
        return new Nack(false);
      }
      this.logger.warn(fields, 'a message will be delivered again');
      await new Promise((resolve) => setTimeout(resolve, REDELIVERY_MS * Math.min(deliveries, MAX_DELIVERIES)));
      return new Nack(true);
    }
  }

  /**
   * Reached when a message cannot be read, and when its channel closed under the handler: then acknowledging fails, the broker has
   * the message back already, and there is nothing to do.
   */
  private readonly onHandlerError: MessageErrorHandler = (channel, message, error: unknown) => {
    try {
      channel.nack(message, false, false);
      this.logger.error({ err: error }, 'a message could not be read and was dropped');
    } catch {
      this.logger.warn({ err: error }, 'the channel closed while a message was handled');
    }
  };
}

function connectionLogger(logger: TransportLogger): {
  log(message: string): void;
  warn(message: string): void;
  error(message: string, stack?: string): void;
} {
  return {
    log: (message) => logger.info({}, message),
    warn: (message) => logger.warn({}, message),
    error: (message, stack) => logger.warn({ reason: stack?.split('\n')[0] }, message),
  };
}
