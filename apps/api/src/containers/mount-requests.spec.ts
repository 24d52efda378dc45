import { describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES, parseMounts } from './mount-requests.js';

const base64 = (bytes: number): string => Buffer.alloc(bytes).toString('base64');

describe('mounts of a request', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a named volume', { source: 'data', destination: '/data' }, { kind: 'named', source: 'data', destination: '/data' }],
    ['a new volume', { size: 1, destination: '/data' }, { kind: 'new', sizeGib: 1, destination: '/data' }],
    ['a new volume, as Horizon asks for it', { source: '', size: '2', destination: '/d' }, { kind: 'new', sizeGib: 2 }],
    [
      'a file',
      { type: 'bind', source: 'aGk=', destination: '/etc/hi' },
      { kind: 'file', content: 'aGk=', destination: '/etc/hi' },
    ],
    ['an empty file', { type: 'bind', destination: '/etc/hi' }, { kind: 'file', content: '' }],
    ['a file in lines', { type: 'bind', source: 'aGk=\n', destination: '/etc/hi' }, { content: 'aGk=' }],
    ['a path in a long form', { source: 'a', destination: '/a//b/./' }, { destination: '/a/b' }],
  ])('%s', (_, given, expected) => {
    expect(parseMounts([given])).toEqual([expect.objectContaining(expected)]);
  });

  it.each<[string, Record<string, unknown>[], RegExp]>([
    ['a relative path', [{ source: 'a', destination: 'a' }], /destination/],
    ['the root', [{ source: 'a', destination: '//' }], /destination/],
    ['a way up', [{ source: 'a', destination: '/a/../b' }], /destination/],
    ['a colon, which the engine would take for an end', [{ source: 'a', destination: '/a:ro' }], /destination/],
    ['a path for a volume', [{ source: '/etc', destination: '/a' }], /source/],
    ['a source and a size', [{ source: 'a', size: 1, destination: '/a' }], /not both/],
    ['a size for a file', [{ type: 'bind', size: 1, destination: '/a' }], /size/],
    ['what is no Base64', [{ type: 'bind', source: 'a$', destination: '/a' }], /Base64/],
    [
      'two at one place',
      [
        { source: 'a', destination: '/a' },
        { source: 'b', destination: '/a/' },
      ],
      /twice/,
    ],
    ['too large files', [{ type: 'bind', source: base64(MAX_FILE_BYTES + 1), destination: '/a' }], /262145 bytes/],
  ])('refuses %s', (_, given, message) => {
    expect(() => parseMounts(given)).toThrow(message);
  });

  it('takes files of the largest size', () => {
    expect(parseMounts([{ type: 'bind', source: base64(MAX_FILE_BYTES), destination: '/a' }])).toHaveLength(1);
  });
});
