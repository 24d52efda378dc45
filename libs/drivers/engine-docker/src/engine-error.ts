import { START_LOST_CODE } from '@zun/driver-api';
import { ContainerNotFoundError, DomainError, EngineRefusedError, EngineUnavailableError, type ErrorClass } from '@zun/domain';

/** What docker-modem rejects with: an HTTP answer it did not expect, or the error of a socket. */
interface ModemError {
  readonly statusCode?: number;
  readonly json?: unknown;
  readonly message: string;
  readonly code?: string;
  readonly name?: string;
}

const CLASSES: Readonly<Record<number, ErrorClass>> = {
  400: 'invalid',
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
};

/** The engine answers, but what it stands on (containerd, its own shutdown) does not: the work waits as if it were away. */
const ENGINE_IS_HALF_AWAY =
  /(containerd|transport).*(connection refused|unavailable|is closing)|ttrpc: closed|client connection is closing|daemon is shutting down/i;

const NO_SUCH_IMAGE =
  /no such image|pull access denied|manifest.*(unknown|not found)|repository .*not found|image not known|name unknown/i;
const NO_SUCH_NETWORK = /network .*not found|no such network|network not found/i;
const NO_SUCH_CONTAINER = /no such container|no container with name|no such exec/i;
const ADDRESS_TAKEN = /pool overlaps|already (used|in use)|conflicts with (an )?existing|subnet .* is already/i;

/** Engines answer 500 to what the state of a container forbids: Podman always, Docker when it changes under the call. */
const WRONG_STATE =
  /(container|exec session) state improper|is not running|container not running|cannot update a stopped container/i;

/** The engine does not have this call at all, as Podman before release 5 has no update. */
const NO_SUCH_CALL = /^(page )?not found$/i;

/**
 * The engine was killed while it started this container, and has forgotten that it did: half a task is left below it that it neither
 * uses nor removes. Seen with Docker 20.10.
 */
const START_LOST =
  /^task \S+: already exists|^id already in use$|container with id exists|failed to (start|create) shim.*file exists/i;

/** Facts about the call that an error alone does not tell. */
export interface CallFacts {
  /** The container the call was about, as the tenant knows it. */
  readonly uuid?: string;
}

/**
 * Every error of the engine becomes one of ours here and nowhere else: no answer → {@link EngineUnavailableError}; an answer that is
 * a no → {@link EngineRefusedError} or {@link ContainerNotFoundError}.
 */
export function toEngineError(error: unknown, facts: CallFacts = {}): DomainError {
  if (error instanceof DomainError) return error;
  const seen = error as ModemError;
  if (typeof seen.statusCode === 'number') return refusal(seen.statusCode, sentence(seen), error, facts);
  return new EngineUnavailableError(error);
}

/** An error that the engine wrote into a stream whose HTTP status was already 200, as pulls do. */
export function refusalFromStream(message: string, cause?: unknown): DomainError {
  return refusal(500, message, cause, {});
}

function refusal(statusCode: number, detail: string, cause: unknown, facts: CallFacts): DomainError {
  if (statusCode === 503 || ENGINE_IS_HALF_AWAY.test(detail)) return new EngineUnavailableError(cause);
  if (NO_SUCH_IMAGE.test(detail)) return refused(detail, 'invalid', 'image-not-found', cause);
  if (NO_SUCH_NETWORK.test(detail)) return refused(detail, 'not-found', 'network-not-found', cause);
  if (facts.uuid && NO_SUCH_CONTAINER.test(detail)) return new ContainerNotFoundError(facts.uuid);
  if (statusCode === 404 && NO_SUCH_CALL.test(detail)) return refused(detail, 'not-implemented', 'not-implemented', cause);
  if (START_LOST.test(detail)) return refused(detail, 'conflict', START_LOST_CODE, cause);
  if (ADDRESS_TAKEN.test(detail) || WRONG_STATE.test(detail)) return refused(detail, 'conflict', 'conflict', cause);
  const errorClass = CLASSES[statusCode] ?? 'internal';
  return refused(detail, errorClass, errorClass === 'conflict' ? 'conflict' : 'docker-error', cause);
}

function refused(detail: string, errorClass: ErrorClass, code: string, cause: unknown): EngineRefusedError {
  return new EngineRefusedError(detail || 'The container engine refused.', { errorClass, code, cause });
}

/** The engine's own words: its JSON message, else what the modem wrapped as `(HTTP code 404) reason - words `. */
function sentence(error: ModemError): string {
  const json = error.json as { message?: unknown } | null | undefined;
  if (json && typeof json === 'object' && typeof json.message === 'string') return json.message.trim();
  return error.message.replace(/^\(HTTP code \d+\) .*? - /s, '').trim();
}

/** Did the engine say no with this class of meaning? */
export function isRefusal(error: unknown, ...classes: ErrorClass[]): boolean {
  return error instanceof EngineRefusedError && (classes.length === 0 || classes.includes(error.errorClass));
}
