import type { ComponentChildren, JSX } from 'preact';
import { ApiError, messageOf } from '../api/api-error.js';

/** What was refused, in the API's words, and what to name when asking for help. */
export function ErrorNote({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): JSX.Element {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <div class="note bad" role="alert">
      <p>{messageOf(error)}</p>
      {requestId !== null && <p class="small">Request {requestId}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }): JSX.Element {
  return (
    <p class="loading" role="status">
      Reading {what} …
    </p>
  );
}
