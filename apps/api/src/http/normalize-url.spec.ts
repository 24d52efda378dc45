import { expect, it } from 'vitest';
import { normalizeUrl } from './normalize-url.js';

it.each([
  ['/', '/'],
  ['/v1', '/v1'],
  ['/v1/', '/v1'],
  ['/v1.json', '/v1'],
  ['/v1/containers/', '/v1/containers'],
  ['/v1/containers/?limit=1', '/v1/containers?limit=1'],
  ['/containers', '/v1/containers'],
  ['/containers/a/start', '/v1/containers/a/start'],
  ['/v1/containers//a//logs?tail=1', '/v1/containers/a/logs?tail=1'],
  ['/v1//containers', '/v1//containers'],
  ['//v1/containers', '//v1/containers'],
  ['/v2', '/v1/v2'],
  ['/healthcheck', '/healthcheck'],
  ['/identity/v3/auth/tokens', '/identity/v3/auth/tokens'],
  ['/docs/', '/docs'],
  ['/docs/swagger-ui.css', '/docs/swagger-ui.css'],
  ['/console', '/console'],
  ['/console/', '/console/index.html'],
  ['/console/assets/a.js', '/console/assets/a.js'],
  ['/v1/openapi.json', '/v1/openapi.json'],
  ['/v1/containers/a?x=/y/', '/v1/containers/a?x=/y/'],
])('reads %s as %s', (url, normal) => {
  expect(normalizeUrl(url)).toBe(normal);
});
