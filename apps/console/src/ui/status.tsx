import type { ComponentChildren, JSX } from 'preact';
import type { Container } from '../api/types.js';

const TONES: Readonly<Record<string, string>> = {
  Running: 'good',
  Paused: 'warn',
  Error: 'bad',
  Dead: 'bad',
  Unknown: 'warn',
  Creating: 'busy',
  Restarting: 'busy',
  Rebuilding: 'busy',
  Deleting: 'busy',
};

const words = (task: string): string => task.replace(/^container_/, '').replaceAll('_', ' ');

/** A dot and the word for it: colour alone says nothing to some. */
export function Status({ status, task_state }: Pick<Container, 'status' | 'task_state'>): JSX.Element {
  const isBusy = task_state !== null;
  return (
    <span class={`status ${isBusy ? 'busy' : (TONES[status] ?? 'idle')}`}>
      <span class="dot" aria-hidden="true" />
      <span>
        {status}
        {isBusy && <span class="muted"> · {words(task_state)}</span>}
      </span>
    </span>
  );
}

export function Badge({ tone, children }: { readonly tone: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <span class={`status ${tone}`}>
      <span class="dot" aria-hidden="true" />
      <span>{children}</span>
    </span>
  );
}
