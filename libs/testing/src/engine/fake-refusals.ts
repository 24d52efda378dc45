import { type DomainError, EngineRefusedError } from '@zun/domain';

/** It is in no state for that. */
export function conflict(detail: string): DomainError {
  return new EngineRefusedError(detail, { errorClass: 'conflict', code: 'conflict' });
}

/** The engine has no such network. */
export function noNetwork(name: string): DomainError {
  return new EngineRefusedError(`network ${name} not found`, { errorClass: 'not-found', code: 'network-not-found' });
}

/** The engine has no such image, or cannot get it. */
export function noImage(detail: string): DomainError {
  return new EngineRefusedError(detail, { errorClass: 'invalid', code: 'image-not-found' });
}

/** No such path in the container. */
export function notThere(path: string): DomainError {
  return new EngineRefusedError(`path: could not find ${path}`, { errorClass: 'invalid', code: 'invalid-value' });
}

/** A file of the archive is a directory in the container. */
export function noOverwrite(path: string): DomainError {
  return new EngineRefusedError(`cannot overwrite directory ${path} with non-directory`, { errorClass: 'invalid' });
}
