import { ApiError, errorOf } from './api-error.js';
import { session, expire } from '../state/session.js';

/** The newest microversion that the console knows. */
const VERSION = 'container 1.41';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Values that are undefined are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Relative to the page, which may be below a path that a proxy has added. */
const urlOf = (path: string, query: RequestOptions['query'] = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const text = new URLSearchParams(given).toString();
  return new URL(`..${path}${text === '' ? '' : `?${text}`}`, document.baseURI).href;
};

/**
 * Sends a request with the token of the session, and ends the session when it is not valid any more.
 * @param path from the API's root, e.g. `/v1/containers`
 * @throws ApiError unless the answer is a success
 */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', query, body, headers, signal } = options;
  const token = session.peek()?.token;
  const response = await fetch(urlOf(path, query), {
    method,
    headers: {
      'OpenStack-API-Version': VERSION,
      ...(token === undefined ? {} : { 'X-Auth-Token': token }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    cache: 'no-store',
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'The API cannot be reached.', null);
  });
  if (response.ok) return response;
  if (response.status === 401 && token !== undefined) expire(token);
  throw await errorOf(response);
}

/** @returns the JSON of the answer; undefined when it has none. @throws ApiError */
export async function call<T>(path: string, options?: RequestOptions): Promise<T> {
  const text = await (await send(path, options)).text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
