import type { JSX } from 'preact';
import { announcement } from '../state/live.js';
import { dismiss, toasts } from '../state/toasts.js';

/** What came of requests; and, unseen, what happens to containers. */
export function Toasts(): JSX.Element {
  return (
    <>
      <div class="toasts" aria-live="polite">
        {toasts.value.map(({ id, kind, text, requestId }) => (
          <div key={id} class={`toast ${kind}`} role={kind === 'error' ? 'alert' : undefined}>
            <div>
              <p>{text}</p>
              {requestId !== null && <p class="small">Request {requestId}</p>}
            </div>
            <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}
