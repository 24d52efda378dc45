import type { Container, ContainerEvent } from '../api/types.js';

export type Containers = ReadonlyMap<string, Container>;

/** The containers after an event; the same map when it tells nothing new, or of a container that is not known yet. */
export function applyEvent(containers: Containers, { event, ...news }: ContainerEvent): Containers {
  const known = containers.get(news.uuid);
  if (!known) return containers;
  if (event === 'deleted') return new Map([...containers].filter(([uuid]) => uuid !== news.uuid));
  if (isOlder(news.updated_at, known.updated_at)) return containers;
  return new Map(containers).set(news.uuid, { ...known, ...news, host: news.host ?? known.host });
}

/** Times of the API compare as texts. */
const isOlder = (a: string | null, b: string | null): boolean => a !== null && b !== null && a < b;

/** Newest first; what was made at the same time by name. */
export function inOrder(containers: Containers): Container[] {
  return [...containers.values()].sort(
    (a, b) => (b.created_at ?? '').localeCompare(a.created_at ?? '') || a.name.localeCompare(b.name),
  );
}

/** Whether each word of the filter is in the name, image, status, label or uuid. */
export function matches(container: Container, filter: string): boolean {
  const labels = Object.entries(container.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const text = [container.name, container.image, container.status, container.uuid, ...labels].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
