import { DomainError } from '@zun/domain';

/** No token, or one that is not valid. */
export class UnauthenticatedError extends DomainError {
  constructor() {
    super('unauthenticated', 'unauthenticated', 'The request you have made requires authentication.');
  }
}

/** The body of a 401: keystonemiddleware's, not Zun's envelope. */
export function unauthorizedBody(message: string): { error: { code: 401; title: 'Unauthorized'; message: string } } {
  return { error: { code: 401, title: 'Unauthorized', message } };
}
