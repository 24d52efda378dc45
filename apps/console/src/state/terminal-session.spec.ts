import { expect, it } from 'vitest';
import { socketUrl } from './terminal-session.js';

it.each([
  ['ws://10.0.0.1:9517/?token=t&uuid=u', 'http://zun.example:9517/console/', 'ws://zun.example:9517/?token=t&uuid=u'],
  ['ws://zun.example/?token=t&uuid=u&exec_id=e', 'https://zun.example/console/', 'wss://zun.example/?token=t&uuid=u&exec_id=e'],
  [
    'ws://zun.example/?token=t&uuid=u',
    'https://cloud.example/container/console/',
    'wss://cloud.example/container/?token=t&uuid=u',
  ],
])('%s for a page at %s', (given, page, url) => {
  expect(socketUrl(given, page)).toBe(url);
});
