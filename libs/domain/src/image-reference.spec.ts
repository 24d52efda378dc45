import { describe, expect, it } from 'vitest';
import { InvalidValueError } from './errors.js';
import { formatImageReference, parseImageReference } from './image-reference.js';

describe('image references', () => {
  it.each([
    ['busybox', null, 'busybox:latest'],
    ['busybox:1.36', null, 'busybox:1.36'],
    ['library/busybox', null, 'library/busybox:latest'],
    ['busybox', 'reg.example', 'reg.example/busybox:latest'],
    ['quay.io/a/b:c', 'reg.example', 'quay.io/a/b:c'],
    ['localhost/b', 'reg.example', 'localhost/b:latest'],
    ['host:5000/b', null, 'host:5000/b:latest'],
    ['host:5000/b:1', null, 'host:5000/b:1'],
    [`busybox@sha256:${'0'.repeat(64)}`, null, 'busybox:latest'],
    ['busybox:1@sha256:abc', null, 'busybox:1'],
  ])('%s with default registry %s is %s', (text, registry, complete) => {
    expect(formatImageReference(parseImageReference(text, registry))).toBe(complete);
  });
  it.each(['', 'UPPER', 'a//b', 'a:', 'a b', 'a:b/c', '-a', '/a'])('%j is none', (text) => {
    expect(() => parseImageReference(text, null)).toThrow(InvalidValueError);
  });
});
