import { isLive, type RawAnswer } from './raw-request.js';

export interface ApiError {
  readonly request_id: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly links: readonly unknown[];
}

const REQUEST_ID = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What is wrong with the form of an answer of the container API, whatever was asked: its request id, JSON, and for errors
 * Zun's envelope, or keystonemiddleware's for a 401.
 * @returns null when nothing is
 */
export function flawOf({ status, headers, text }: RawAnswer, method = 'GET'): string | null {
  if (status >= 500) return `status ${status}`;
  if (!REQUEST_ID.test(String(headers['x-openstack-request-id']))) return 'no request id';
  if (status === 204 || (method === 'OPTIONS' && status === 200)) return text === '' ? null : 'a body where there is none';
  if (isLive(headers) && status === 200) return null;
  if (headers['content-type'] !== 'application/json') return `content type ${headers['content-type']}`;
  if (method === 'HEAD') return text === '' ? null : 'a body for HEAD';
  const body = parse(text);
  if (body === undefined) return 'a body that is no JSON';
  if (status < 400) return null;
  return status === 401 ? flawOfUnauthorized(body, headers['www-authenticate']) : flawOfErrors(body, status);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function flawOfUnauthorized(body: unknown, authenticate: string | undefined): string | null {
  const { error } = body as { error?: { code?: unknown; title?: unknown; message?: unknown } };
  const isRight = error?.code === 401 && error.title === 'Unauthorized' && typeof error.message === 'string';
  if (!isRight) return 'not the body of a 401';
  return authenticate?.startsWith('Keystone uri="http') ? null : `WWW-Authenticate: ${authenticate}`;
}

function flawOfErrors(body: unknown, status: number): string | null {
  const { errors } = body as { errors?: ApiError[] };
  const [error, ...more] = Array.isArray(errors) ? errors : [];
  if (!error || more.length > 0) return 'not one error';
  const { request_id, code, title, detail, links } = error;
  if (!/^container\.([a-z0-9]+(-[a-z0-9]+)*)?$/.test(code)) return `code ${code}`;
  if (error.status !== status) return `status ${error.status} in the body`;
  if (request_id !== '' || !Array.isArray(links) || links.length > 0) return 'request_id and links are not empty';
  return typeof title === 'string' && title !== '' && typeof detail === 'string' ? null : 'no title or detail';
}
