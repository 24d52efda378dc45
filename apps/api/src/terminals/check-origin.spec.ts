import { describe, expect, it } from 'vitest';
import { checkOrigin } from './check-origin.js';

const RULES = { allowedOrigins: ['dashboard.example', '::2'], isSecure: false };

describe('the origin of a websocket', () => {
  it.each([
    ['is not needed', {}, {}],
    ['may be the host itself', { origin: 'http://zun.example:80', host: 'zun.example:9517' }, {}],
    ['may be the host itself, however it is written', { origin: 'http://ZUN.example', host: 'zun.EXAMPLE' }, {}],
    ['may be the host by its IPv6 address', { origin: 'http://[::1]:80', host: '[::1]:9517' }, {}],
    ['may be named', { origin: 'http://dashboard.example', host: 'zun.example' }, {}],
    ['may be named by its IPv6 address', { origin: 'http://[::2]', host: 'zun.example' }, {}],
    ['may be safer than the websocket', { origin: 'https://zun.example', host: 'zun.example' }, {}],
    ['may be secure', { origin: 'https://zun.example', host: 'zun.example' }, { isSecure: true }],
    [
      'may have been secure for a proxy',
      { origin: 'http://zun.example', host: 'zun.example', 'x-forwarded-proto': 'https' },
      { isSecure: true },
    ],
  ])('%s', (_what, headers, over) => {
    expect(() => checkOrigin(headers, { ...RULES, ...over })).not.toThrow();
  });
  it.each([
    ['another host', { origin: 'http://evil.example', host: 'zun.example' }, {}],
    ['a host below', { origin: 'http://evil.zun.example', host: 'zun.example' }, {}],
    ['nothing', { origin: 'null', host: 'zun.example' }, {}],
    ['no page', { origin: 'file:///x', host: 'zun.example' }, {}],
    ['any without a host', { origin: 'http://zun.example' }, {}],
    ['a page that is not secure', { origin: 'http://zun.example', host: 'zun.example' }, { isSecure: true }],
    [
      'what was not secure for a proxy',
      { origin: 'https://zun.example', host: 'zun.example', 'x-forwarded-proto': 'http' },
      { isSecure: true },
    ],
  ])('refuses %s', (_what, headers, over) => {
    expect(() => checkOrigin(headers, { ...RULES, ...over })).toThrow(expect.objectContaining({ errorClass: 'forbidden' }));
  });
});
