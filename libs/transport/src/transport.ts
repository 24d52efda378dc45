import type { Contract, Destination } from '@zun/contracts';

export interface SendOptions {
  /** The request this belongs to, for the logs of both sides. */
  readonly requestId?: string | null;
}

export interface RequestOptions extends SendOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeoutMs: number;
}

/** Handles one contract. What a call's handler returns (or the domain error it throws) is the caller's outcome. */
export type Handler<TPayload, TReply> = (payload: TPayload, context: { requestId: string | null }) => Promise<TReply> | TReply;

export interface Registration<TPayload extends object = object, TReply = unknown> {
  readonly contract: Contract<TPayload, TReply>;
  readonly handler: Handler<TPayload, TReply>;
}

/** Ties a contract to its handler, so that the types of both agree. */
export function on<TPayload extends object, TReply>(
  contract: Contract<TPayload, TReply>,
  handler: Handler<TPayload, [TReply] extends [never] ? void : TReply>,
): Registration {
  return { contract, handler } as unknown as Registration;
}

/** Dependency-injection token of the one transport of a process. */
export const TRANSPORT = Symbol('Transport');

/**
 * Carries contracts between services. Nobody who sends or handles knows which transport it is.
 * Delivery is at least once; order is kept from one sender to one host's queue.
 */
export interface Transport {
  /** Resolves when the message is safe with the carrier. @throws ServiceUnavailableError when it cannot be handed over in time */
  send<TPayload extends object>(
    to: Destination,
    command: Contract<TPayload>,
    payload: TPayload,
    options?: SendOptions,
  ): Promise<void>;

  /**
   * @returns the value of the receiver's outcome
   * @throws the receiver's DomainError; ServiceUnavailableError when no answer came in time
   */
  request<TPayload extends object, TReply>(
    to: Destination,
    call: Contract<TPayload, TReply>,
    payload: TPayload,
    options: RequestOptions,
  ): Promise<TReply>;

  /**
   * Starts to receive what is sent to `at`. A command whose handler throws is delivered again later, a few times, and then
   * dropped with an error in the log: the action log, not the message, is the truth. It is kept for as long as the handler says that
   * something it needs (the database) does not answer.
   * Resolves when the first message can arrive.
   */
  serve(at: Destination, registrations: readonly Registration[]): Promise<void>;

  /** True while messages can be sent. */
  isConnected(): boolean;
  /** Called each time the link comes (back) up. */
  onConnect(listener: () => void): void;
  /** Stops receiving, waits for what is under way, disconnects. */
  close(): Promise<void>;
}

/** A destination as text: part of queue names and error messages. */
export function addressOf(destination: Destination): string {
  return destination.service === 'scheduler' ? 'scheduler' : `compute.${destination.host}`;
}
