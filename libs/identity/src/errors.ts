import { DomainError } from '@zun/domain';

/** No valid identity; says nothing of why, as Keystone does not. */
export function unauthorized(): DomainError {
  return new DomainError('unauthenticated', 'unauthorized', 'The request you have made requires authentication.');
}

/** @param action Keystone's name of it, e.g. `identity:list_users` */
export function forbidden(action: string): DomainError {
  return new DomainError('forbidden', 'forbidden', `You are not authorized to perform the requested action: ${action}.`);
}

export function notFound(kind: string, id: string): DomainError {
  return new DomainError('not-found', 'not-found', `Could not find ${kind}: ${id}.`);
}

export function conflict(detail: string): DomainError {
  return new DomainError('conflict', 'conflict', detail);
}

/** @param detail names the field and the rule */
export function badRequest(detail: string): DomainError {
  return new DomainError('invalid', 'bad-request', detail);
}
