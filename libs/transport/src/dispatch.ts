import { parsePayload, type Contract, type Envelope, type Outcome } from '@zun/contracts';
import { DomainError, toDomainError, type Clock } from '@zun/domain';
import type { Registration } from './transport.js';

/** The part of a logger that a transport needs. */
export interface TransportLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The handlers of one destination: finds the one for a message, checks the payload, makes the outcome explicit. */
export class Dispatcher {
  private readonly byType: ReadonlyMap<string, Registration>;

  constructor(
    registrations: readonly Registration[],
    private readonly logger: TransportLogger,
  ) {
    this.byType = new Map(registrations.map((registration) => [registration.contract.type, registration]));
  }

  /** @throws what the handler throws: the carrier decides about another delivery */
  async command(envelope: Envelope): Promise<void> {
    await this.invoke(envelope);
  }

  /** Never throws: what goes wrong is the outcome. */
  async call(envelope: Envelope): Promise<Outcome<unknown>> {
    try {
      return { ok: true, value: (await this.invoke(envelope)) ?? null };
    } catch (error) {
      const known = toDomainError(error);
      if (known.errorClass === 'internal') {
        this.logger.error({ err: error, type: envelope.type, requestId: envelope.requestId }, 'a call failed unexpectedly');
      }
      return { ok: false, error: known.toData() };
    }
  }

  private async invoke(envelope: Envelope): Promise<unknown> {
    const registration = this.byType.get(envelope.type);
    if (!registration) {
      throw new DomainError('not-implemented', 'unknown-message', `This version does not know the message ${envelope.type}.`);
    }
    const payload = parsePayload(registration.contract, envelope.payload);
    return registration.handler(payload, { requestId: envelope.requestId });
  }
}

export function makeEnvelope(
  contract: Contract<object, unknown>,
  payload: object,
  requestId: string | null | undefined,
): Envelope {
  return { type: contract.type, requestId: requestId ?? null, payload };
}

/** @throws the domain error of a failed outcome */
export function unwrapOutcome<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw DomainError.fromData(outcome.error);
}

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

export interface HoldOptions {
  readonly clock: Clock;
  /** Aborted when the receiver stops: then it is given up at the next failure. */
  readonly signal: AbortSignal;
}

/**
 * Does `work`; while something that it needs does not answer, again and again. A message is no good to anybody else meanwhile, and
 * one that only the receiver knows of would be lost if it were dropped for that.
 * @param holdMs how long; then the error is thrown
 */
export async function holdOut<T>(work: () => Promise<T>, holdMs: number, { clock, signal }: HoldOptions): Promise<T> {
  const deadline = clock.now() + holdMs;
  for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || signal.aborted || clock.now() + delay > deadline) throw error;
    }
    await clock.sleep(delay, signal);
  }
}

/** Something else does not answer: the message is as good as it was. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.errorClass === 'unavailable';
}

/** An error that repeating the same message cannot mend. */
export function isPermanent(error: unknown): boolean {
  return error instanceof DomainError && (error.errorClass === 'invalid' || error.errorClass === 'not-implemented');
}
