import { parsePayload, type Contract, type Envelope, type Outcome } from '@zun/contracts';
import { DomainError, toDomainError } from '@zun/domain';
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

/** An error that repeating the same message cannot mend. */
export function isPermanent(error: unknown): boolean {
  return error instanceof DomainError && (error.errorClass === 'invalid' || error.errorClass === 'not-implemented');
}
