import { DomainError, ServiceUnavailableError, type ErrorClass } from '@zun/domain';

const MAX_REASON_LENGTH = 300;

const CLASSES: Readonly<Record<number, ErrorClass>> = {
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
};

/** @param cause for the log */
export function glanceAway(cause: unknown): ServiceUnavailableError {
  return new ServiceUnavailableError('The image service is not available at the moment. Please retry later.', cause);
}

/**
 * What an answer that is none of the expected means.
 * @param body JSON, HTML or text; its sentence becomes the detail
 */
export function refusal(status: number, body: string): DomainError {
  const reason = reasonOf(body);
  if (status >= 500 || status === 429 || status === 401) return glanceAway(new Error(`Glance answered ${status}: ${reason}`));
  const errorClass = CLASSES[status] ?? 'invalid';
  return new DomainError(errorClass, codeOf(errorClass), `The image service refuses (${status}): ${reason || 'no reason given'}`);
}

function codeOf(errorClass: ErrorClass): string {
  if (errorClass === 'not-found') return 'image-not-found';
  return errorClass === 'invalid' ? 'invalid-value' : errorClass;
}

/** Glance writes its sentence into a page, or into JSON with the marks of one. */
function reasonOf(body: string): string {
  const text = messageOf(body) ?? body.replace(/<(title|h1|head)>.*?<\/\1>/gs, '');
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ');
  return plain.trim().slice(0, MAX_REASON_LENGTH);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function messageOf(body: string): string | null {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}
