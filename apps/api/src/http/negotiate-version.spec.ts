import { describe, expect, it } from 'vitest';
import { negotiateVersion, NotAcceptableError, UnsupportedVersionError } from './negotiate-version.js';

describe('the version asked for', () => {
  it.each([
    [undefined, '1.1'],
    ['container 1.1', '1.1'],
    ['container 1.40', '1.40'],
    ['container  1.40', '1.40'],
    ['container latest', '1.41'],
    ['container LATEST', '1.41'],
    ['compute latest', '1.41'],
  ])('%s is %s', (header, version) => {
    expect(negotiateVersion(header).toString()).toBe(version);
  });

  it.each(['container', 'container x.y', 'compute 2.1', 'container 1.40,compute 2.1', 'container 1.2.3'])(
    'refuses %s',
    (header) => {
      expect(() => negotiateVersion(header)).toThrow(NotAcceptableError);
    },
  );

  it.each(['container 1.0', 'container 1.42', 'container 2.0', 'container 0.9'])('says which there are, for %s', (header) => {
    expect(() => negotiateVersion(header)).toThrow(UnsupportedVersionError);
  });
});
