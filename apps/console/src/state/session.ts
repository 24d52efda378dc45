import { computed, signal } from '@preact/signals';
import type { Session } from '../api/types.js';

/** Of this tab only: it ends with the tab, and other tabs cannot read it. */
const KEY = 'zun.session';

function stored(): Session | null {
  try {
    const session = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null;
    return session && Date.parse(session.expires_at) > Date.now() ? session : null;
  } catch {
    return null;
  }
}

/** Who is signed in; null: nobody. */
export const session = signal<Session | null>(stored());

/** The last session has ended without anybody asking for it. */
export const hasExpired = signal(false);

export const isAdmin = computed(() => session.value?.roles.includes('admin') ?? false);
/** A reader only looks. */
export const mayWrite = computed(() => session.value?.roles.some((role) => role !== 'reader') ?? false);

export function begin(next: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(next));
  hasExpired.value = false;
  session.value = next;
}

export function end(): void {
  sessionStorage.removeItem(KEY);
  session.value = null;
}

/** Ends the session if this is still its token: an answer to an older one says nothing of a newer. */
export function expire(token: string): void {
  if (session.peek()?.token !== token) return;
  hasExpired.value = true;
  end();
}
