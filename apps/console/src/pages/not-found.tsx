import type { JSX } from 'preact';
import { href } from '../router.js';

export function NotFound({ what = 'This page' }: { readonly what?: string }): JSX.Element {
  return (
    <div class="empty">
      <h1>Not found</h1>
      <p>{what} does not exist, or is not for you to see.</p>
      <a class="button" href={href('containers')}>
        To the containers
      </a>
    </div>
  );
}
