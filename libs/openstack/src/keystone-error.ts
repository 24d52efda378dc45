import type { HttpResponse } from './http-client.js';

/** A 404 of a proxy on the way, or of a wrong `auth_url`, says nothing of projects. */
export function isKeystoneError(response: HttpResponse): boolean {
  try {
    return (response.json() as { error?: { code?: unknown } }).error?.code === response.status;
  } catch {
    return false;
  }
}
