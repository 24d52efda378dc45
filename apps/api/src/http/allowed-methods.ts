import { ROUTES } from './operation.decorator.js';

interface PathPattern {
  readonly segments: readonly string[];
  readonly method: string;
}

const PATTERNS: readonly PathPattern[] = ROUTES.map(({ path, method }) => ({ segments: path.split('/'), method }));

/** Collections whose items are reached as `/<collection>/<ident>`: a verb they lack is 405, an action they lack 404. */
function matches({ segments }: PathPattern, path: readonly string[]): boolean {
  return (
    segments.length === path.length && segments.every((segment, index) => segment.startsWith(':') || segment === path[index])
  );
}

/**
 * The verbs of a path that is a resource. Empty for everything else, also for an action reached with the wrong verb: the
 * action's name is then taken for part of an address that does not exist, as in Zun.
 */
export function allowedMethods(url: string): string[] {
  const path = url.split('?')[0]!.split('/');
  const isAction = path.length > 4 && path[4] !== 'container_actions';
  if (isAction) return [];
  const methods = PATTERNS.filter((pattern) => matches(pattern, path)).map(({ method }) => method);
  // `PUT /services/<anything>` reaches the collection's own verbs.
  if (path.length === 4 && path[2] === 'services') return ['GET', 'DELETE'];
  return [...new Set(methods)];
}
