import { signal } from '@preact/signals';
import { ApiError, messageOf } from '../api/api-error.js';

export interface Toast {
  readonly id: number;
  readonly kind: 'error' | 'done';
  readonly text: string;
  readonly requestId: string | null;
}

const MAX_SHOWN = 4;
const DONE_MS = 5_000;

export const toasts = signal<readonly Toast[]>([]);
let serial = 0;

function show(toast: Omit<Toast, 'id'>): number {
  const id = ++serial;
  toasts.value = [...toasts.value, { ...toast, id }].slice(-MAX_SHOWN);
  return id;
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Goes by itself. */
export function tell(text: string): void {
  const id = show({ kind: 'done', text, requestId: null });
  setTimeout(() => dismiss(id), DONE_MS);
}

/** Stays until somebody has read it. */
export function complain(error: unknown): void {
  // The page for signing in says it.
  if (error instanceof ApiError && error.status === 401) return;
  show({ kind: 'error', text: messageOf(error), requestId: error instanceof ApiError ? error.requestId : null });
}

/** Does something, and says what came of it. @returns whether it was accepted */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) tell(done);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
