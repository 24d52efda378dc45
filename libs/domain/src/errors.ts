/**
 * Failures with a name. Every error that crosses a library's boundary belongs to exactly one class of meaning; only the
 * outermost layer turns it into an HTTP response or a message. `detail` is a sentence for the tenant and holds nothing internal.
 */
export const ERROR_CLASSES = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'not-acceptable',
  'timeout',
  'conflict',
  'too-large',
  'unsupported-media-type',
  'over-quota',
  'too-many-requests',
  'unavailable',
  'not-implemented',
  'internal',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** A domain error as it travels between services. */
export interface DomainErrorData {
  readonly errorClass: ErrorClass;
  /** Zun's code for it, kebab-case without the `container.` prefix, e.g. `container-not-found`. */
  readonly code: string;
  readonly detail: string;
}

export class DomainError extends Error implements DomainErrorData {
  constructor(
    readonly errorClass: ErrorClass,
    readonly code: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = new.target.name;
  }

  toData(): DomainErrorData {
    return { errorClass: this.errorClass, code: this.code, detail: this.detail };
  }

  static fromData(data: DomainErrorData): DomainError {
    return new DomainError(data.errorClass, data.code, data.detail);
  }
}

/** A request body or query that breaks the operation's schema; the detail names the field and the rule. */
export class SchemaValidationError extends DomainError {
  constructor(detail: string) {
    super('invalid', 'schema-validation-error', detail);
  }
}

/** A value that the schema allows but that makes no sense. */
export class InvalidValueError extends DomainError {
  constructor(detail: string, code = 'invalid-value') {
    super('invalid', code, detail);
  }
}

/** A parameter newer than the microversion asked for. */
export class InvalidParamInVersionError extends DomainError {
  constructor(param: string, requested: string, since: string) {
    super(
      'invalid',
      'invalid-param-in-version',
      `Invalid param ${param} because current request version is ${requested}. ${param} is only supported from version ${since}.`,
    );
  }
}

export class ContainerNotFoundError extends DomainError {
  constructor(ident: string) {
    super('not-found', 'container-not-found', `Container ${ident} could not be found.`);
  }
}

/** The name is taken, where the operator wants names to be unique. */
export class ContainerAlreadyExistsError extends DomainError {
  constructor(name: string) {
    super('conflict', 'container-already-exists', `A container with name ${name} already exists.`);
  }
}

export class VolumeNotFoundError extends DomainError {
  constructor(ident: string) {
    super('not-found', 'volume-not-found', `Volume ${ident} could not be found.`);
  }
}

export class RegistryNotFoundError extends DomainError {
  constructor(ident: string) {
    super('not-found', 'registry-not-found', `Registry ${ident} could not be found.`);
  }
}

/** No network, or none that the container's project may use: nobody learns that another project's exists. */
export class NetworkNotFoundError extends DomainError {
  constructor(ident: string) {
    super('not-found', 'network-not-found', `Network ${ident} could not be found.`);
  }
}

/** Zun answers 400 for an image that is not there, and clients know it so. */
export class ImageNotFoundError extends DomainError {
  constructor(uuid: string) {
    super('invalid', 'image-not-found', `Image ${uuid} could not be found.`);
  }
}

/** The host has it, or is on the way to. */
export class ImageAlreadyExistsError extends DomainError {
  constructor(reference: string, host: string) {
    super('conflict', 'image-already-exists', `An image ${reference} already exists on host ${host}.`);
  }
}

/** The container is in Error and on no host: there is nothing to act on but its record. */
export class ContainerNotCreatedError extends DomainError {
  constructor(uuid: string) {
    super('invalid', 'invalid', `Container ${uuid} has not been created on any host.`);
  }
}

/** The container was made without an input that anybody could write to. */
export class NoInteractiveFlagError extends DomainError {
  constructor(uuid: string) {
    super('invalid', 'no-interactive-flag', `Container ${uuid} was created without interactive: there is nothing to attach to.`);
  }
}

/** The container has no such command, or has it no longer. */
export class ExecNotFoundError extends DomainError {
  constructor(execId: string, uuid: string) {
    super('invalid', 'invalid', `exec_id: container ${uuid} runs no command ${execId}.`);
  }
}

/** A name that fits several things; the tenant must say which by uuid. */
export class AmbiguousNameError extends DomainError {
  constructor(kind: string, name: string) {
    super(
      'conflict',
      'conflict',
      `Multiple ${kind === 'registry' ? 'registries' : `${kind}s`} exist with the name '${name}'. Please use the uuid instead.`,
    );
  }
}

/** The action is not allowed in the container's status. */
export class InvalidStateError extends DomainError {
  constructor(action: string, uuid: string, status: string) {
    super('conflict', 'invalid-state-exception', `Cannot ${action} container ${uuid} in ${status} state.`);
  }
}

export class PolicyNotAuthorizedError extends DomainError {
  constructor(rule: string) {
    super('forbidden', 'policy-not-authorized', `Policy doesn't allow ${rule} to be performed.`);
  }
}

export class OverQuotaError extends DomainError {
  constructor(resources: readonly string[]) {
    super('over-quota', 'over-quota', `Quota exceeded for resources: ${JSON.stringify([...resources].sort())}.`);
  }
}

/** No host fits. Not an HTTP error: the container goes to `Error` with this reason. */
export class NoValidHostError extends DomainError {
  constructor() {
    super('unavailable', 'no-valid-host', 'There are not enough hosts available.');
  }
}

/** The container's host cannot answer now: its service is down or forced down. */
export class HostUnavailableError extends DomainError {
  constructor(host: string) {
    super('unavailable', 'host-unavailable', `Host ${host} is not available at the moment. Please retry later.`);
  }
}

/** The container engine of a host does not answer; work for it waits. */
export class EngineUnavailableError extends DomainError {
  constructor(cause?: unknown) {
    super('unavailable', 'engine-unavailable', 'The container engine of the host does not answer.', { cause });
  }
}

/** The container engine refused. `detail` is the engine's own sentence. */
export class EngineRefusedError extends DomainError {
  constructor(detail: string, options: { errorClass?: ErrorClass; code?: string; cause?: unknown } = {}) {
    super(options.errorClass ?? 'internal', options.code ?? 'docker-error', detail, { cause: options.cause });
  }
}

/** A peer service (message bus, Keystone, database) is away. */
export class ServiceUnavailableError extends DomainError {
  constructor(detail: string, cause?: unknown) {
    super('unavailable', 'service-unavailable', detail, { cause });
  }
}

/** @returns the error as domain error; anything unknown becomes an internal one that tells the tenant nothing. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  return new DomainError('internal', 'internal', 'An unexpected error occurred.', { cause: error });
}
