import { effect, signal, untracked } from '@preact/signals';
import { getContainer, listContainers } from '../api/containers.js';
import { ApiError } from '../api/api-error.js';
import { containerEvents } from '../api/streams.js';
import type { Container, ContainerEvent } from '../api/types.js';
import { applyEvent, type Containers } from './apply-event.js';
import { session } from './session.js';

/** How long until the stream is asked for again; each failure doubles it. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** Null: not known yet. */
export const containers = signal<Containers | null>(null);
/** Why the list cannot be shown; null: it can. */
export const listError = signal<unknown>(null);
/** Whether changes arrive as they happen. */
export const isLive = signal(false);
export const showsAllProjects = signal(false);
/** The last thing that happened, for those who cannot see it. */
export const announcement = signal('');

/** Puts what a request has answered into the list. */
export function put(container: Container): void {
  containers.value = new Map(containers.peek()).set(container.uuid, container);
}

/** Reads one container again. @throws ApiError */
export async function refresh(uuid: string): Promise<void> {
  put(await getContainer(uuid, showsAllProjects.peek()));
}

/** Reads all of them; keeps what was there when that fails. */
export async function reload(signal?: AbortSignal): Promise<void> {
  try {
    const all = await listContainers(showsAllProjects.peek());
    if (signal?.aborted) return;
    containers.value = new Map(all.map((container) => [container.uuid, container]));
    listError.value = null;
  } catch (error) {
    if (!signal?.aborted) listError.value = error;
  }
}

/** Follows the containers of whoever is signed in, for as long as the page is open. */
export function followContainers(): void {
  effect(() => {
    const token = session.value?.token;
    void showsAllProjects.value;
    const stop = new AbortController();
    untracked(() => (containers.value = null));
    if (token !== undefined) void follow(stop.signal);
    return () => stop.abort();
  });
}

async function follow(signal: AbortSignal): Promise<void> {
  let [cursor, retryMs] = ['', FIRST_RETRY_MS];
  while (!signal.aborted) {
    try {
      for await (const event of containerEvents(cursor, showsAllProjects.peek(), { signal })) {
        retryMs = FIRST_RETRY_MS;
        // Only now: what happens between the list and the stream would be missed.
        if (event.event === 'hello' || event.event === 'reset') await reload(signal);
        else if (event.event === 'container') await take(JSON.parse(event.data) as ContainerEvent);
        cursor = event.id;
        isLive.value = true;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 400) cursor = '';
    }
    isLive.value = false;
    // Without the stream the list still is as old as one retry at most.
    await reload(signal);
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }
}

/** The event says what has changed; what it does not say (addresses, say) is read. */
async function take(event: ContainerEvent): Promise<void> {
  const before = containers.peek()?.get(event.uuid);
  containers.value = applyEvent(containers.peek() ?? new Map(), event);
  announce(before, event);
  if (event.event === 'deleted') return;
  if (before && before.status === event.status) return;
  await refresh(event.uuid).catch((error: unknown) => {
    // It has gone meanwhile: the next event says so.
    if (!(error instanceof ApiError)) throw error;
  });
}

function announce(before: Container | undefined, { event, name, status }: ContainerEvent): void {
  if (event === 'deleted') announcement.value = `${name} was deleted.`;
  else if (before && before.status !== status) announcement.value = `${name} is ${status}.`;
}
