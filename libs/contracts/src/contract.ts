import type { DomainErrorData } from '@zun/domain';

/**
 * A message type between services. A *command* is sent and forgotten: it is delivered at least once, to one receiver, and has no
 * reply. A *call* waits for an {@link Outcome}.
 *
 * Compatibility: fields are only ever added, and every field added later is optional, so that services of neighbouring releases
 * understand each other during an upgrade; a change that cannot be made so gets a new type name (`container.place.2`).
 */
export interface Contract<TPayload extends object, TReply = never> {
  readonly type: string;
  readonly kind: 'command' | 'call';
  /** The class that checks the payload at the boundary. */
  readonly payload: new () => TPayload;
  /** Only a type: what a call answers. */
  readonly reply?: TReply;
}

/** What travels: the contract's name, the payload, and the request it belongs to. */
export interface Envelope {
  readonly type: string;
  readonly requestId: string | null;
  readonly payload: unknown;
}

/** The explicit answer of a call: a value or a domain error; a handler that throws never leaves the caller waiting. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: DomainErrorData };

/** Where a message goes. Schedulers compete for theirs; each host has its own. */
export type Destination = { readonly service: 'scheduler' } | { readonly service: 'compute'; readonly host: string };

export const SCHEDULER: Destination = { service: 'scheduler' };

export function computeOn(host: string): Destination {
  return { service: 'compute', host };
}

export function defineCommand<TPayload extends object>(type: string, payload: new () => TPayload): Contract<TPayload> {
  return { type, kind: 'command', payload };
}

export function defineCall<TReply>() {
  return <TPayload extends object>(type: string, payload: new () => TPayload): Contract<TPayload, TReply> => ({
    type,
    kind: 'call',
    payload,
  });
}
