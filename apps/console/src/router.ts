import { computed, signal } from '@preact/signals';

/** The path is behind `#`, so that the console works wherever a proxy puts it. */
const current = (): string => location.hash.replace(/^#/, '') || '/';

const hash = signal(current());
addEventListener('hashchange', () => (hash.value = current()));

/** Segments of the path, decoded: `/containers/a/logs` is containers, a, logs. */
export const segments = computed(() =>
  hash.value
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode),
);

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The address of a page, for links. */
export const href = (...path: readonly string[]): string => `#/${path.map(encodeURIComponent).join('/')}`;

export function go(...path: readonly string[]): void {
  location.hash = href(...path);
}
