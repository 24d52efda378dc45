/** First segments that are not part of the versioned API. */
const OUTSIDE = new Set(['', 'v1', 'healthcheck', 'identity', 'docs', 'console']);

/**
 * The one form of a request's path: `/v1` in front where it is missing, no trailing slash, no empty segments after the collection
 * (clients send `/v1/containers//<id>//logs`). An empty segment before the collection stays, and is found nowhere.
 */
export function normalizeUrl(url: string): string {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = at < 0 ? '' : url.slice(at);
  return normalizePath(path) + query;
}

function normalizePath(path: string): string {
  if (path === '/' || path === '/.json' || path === '') return '/';
  if (/^\/v1(\.json)?\/?$/.test(path)) return '/v1';
  if (path === '/docs/') return '/docs';
  if (path === '/console/') return '/console/index.html';
  const segments = path.split('/').slice(1);
  if (segments[0] === 'identity') return path;
  if (!OUTSIDE.has(segments[0]!)) segments.unshift('v1');
  const head = segments.slice(0, 2);
  const tail = segments.slice(2).filter((segment) => segment !== '');
  return `/${[...head, ...tail].join('/')}`;
}
