import { DomainError } from '@zun/domain';

/** No token, or one that is not valid. */
export class UnauthenticatedError extends DomainError {
  /** @param detail says more than Keystone does */
  constructor(detail = 'The request you have made requires authentication.') {
    super('unauthenticated', 'unauthenticated', detail);
  }
}

/** The body of a 401: keystonemiddleware's, not Zun's envelope. */
export function unauthorizedBody(message: string): { error: { code: 401; title: 'Unauthorized'; message: string } } {
  return { error: { code: 401, title: 'Unauthorized', message } };
}
