import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { DomainError, MAX_VERSION, MIN_VERSION, type ErrorClass } from '@zun/domain';
import { UnsupportedVersionError } from './negotiate-version.js';

const STATUS: Record<ErrorClass, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'over-quota': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  timeout: 408,
  conflict: 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  'too-many-requests': 429,
  internal: 500,
  'not-implemented': 501,
  unavailable: 503,
};

export interface HttpError {
  readonly status: number;
  readonly body: object;
  /** Set for an error that is a defect of ours: the log needs it, under this id. */
  readonly correlationId: string | null;
}

function envelope(code: string, status: number, title: string, detail: string, extra: object = {}): object {
  return { errors: [{ request_id: '', code: `container.${code}`, status, title, detail, links: [], ...extra }] };
}

/** An error of the router: 404, 405, 406, 413, 415, 429. */
export function routerError(status: number, detail = ''): HttpError {
  return { status, body: envelope('', status, STATUS_CODES[status] ?? '', detail), correlationId: null };
}

/** The HTTP status of an error that is answered in another form than Zun's envelope. */
export function statusOf({ errorClass }: DomainError): number {
  return STATUS[errorClass];
}

/** The one place where a domain error becomes an HTTP response, in Zun's envelope. */
export function toHttpError(error: unknown): HttpError {
  if (!(error instanceof DomainError) || error.errorClass === 'internal') return unexpected();
  const status = STATUS[error.errorClass];
  if (status === 401) return unauthorized(error.detail);
  if (error instanceof UnsupportedVersionError) return unsupportedVersion(error);
  if (error.code === '' || status === 405 || status === 413 || status === 415 || status === 429)
    return routerError(status, error.detail);
  return { status, body: envelope(error.code, status, error.detail, error.detail), correlationId: null };
}

/** Not Zun's envelope: what keystonemiddleware answers. */
function unauthorized(message: string): HttpError {
  return { status: 401, body: { error: { code: 401, title: 'Unauthorized', message } }, correlationId: null };
}

function unsupportedVersion(error: UnsupportedVersionError): HttpError {
  const versions = { min_version: MIN_VERSION.toString(), max_version: MAX_VERSION.toString() };
  return { status: 406, body: envelope(error.code, 406, 'Not Acceptable', error.detail, versions), correlationId: null };
}

/** Tells the tenant nothing but where the log has it. */
function unexpected(): HttpError {
  const correlationId = randomUUID();
  const detail = `Your request could not be handled because of a problem in the server. Error Correlation id is: ${correlationId}`;
  return { status: 500, body: envelope('', 500, 'Internal Server Error', detail), correlationId };
}
