import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIni } from './ini.js';

describe('parseIni', () => {
  it.each([
    ['name = value', 'x = 1', [['DEFAULT', 'x', '1']]],
    ['name: value', 'x: 1', [['DEFAULT', 'x', '1']]],
    ['the first separator counts', 'url = http://h:1/?a=b', [['DEFAULT', 'url', 'http://h:1/?a=b']]],
    ['a colon before an equals sign', 'x: a=b', [['DEFAULT', 'x', 'a=b']]],
    [
      'sections',
      '[api]\nport = 1\n[ ssl ]\nca = 2',
      [
        ['api', 'port', '1'],
        ['ssl', 'ca', '2'],
      ],
    ],
    ['comments of both kinds', '# x = 1\n; y = 2\nz = 3', [['DEFAULT', 'z', '3']]],
    ['a # inside a value stays', 'password = a#b ; c', [['DEFAULT', 'password', 'a#b ; c']]],
    ['continuation', 'x = 1,\n    2,\n    3', [['DEFAULT', 'x', '1,\n2,\n3']]],
    [
      'a blank line ends a continuation',
      'x = 1\n\ny = 2',
      [
        ['DEFAULT', 'x', '1'],
        ['DEFAULT', 'y', '2'],
      ],
    ],
    [
      'quotes go',
      `x = "a b"\ny = 'c'\nz = "`,
      [
        ['DEFAULT', 'x', 'a b'],
        ['DEFAULT', 'y', 'c'],
        ['DEFAULT', 'z', '"'],
      ],
    ],
    ['an empty value', 'x =', [['DEFAULT', 'x', '']]],
    [
      'Windows line ends',
      'x = 1\r\ny = 2\r\n',
      [
        ['DEFAULT', 'x', '1'],
        ['DEFAULT', 'y', '2'],
      ],
    ],
    [
      'the same name twice is told twice',
      'x = 1\nx = 2',
      [
        ['DEFAULT', 'x', '1'],
        ['DEFAULT', 'x', '2'],
      ],
    ],
  ])('%s', (_, content, expected) => {
    const { entries, mistakes } = parseIni(content);
    expect(entries.map(({ section, name, value }) => [section, name, value])).toEqual(expected);
    expect(mistakes).toEqual([]);
  });

  it('tells every mistake with its line and reads on', () => {
    const { entries, mistakes } = parseIni('  stray\n[open\nnonsense\n= 1\nx = 2');
    expect(mistakes.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(entries).toEqual([{ section: 'DEFAULT', name: 'x', value: '2', line: 5 }]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (content) => void parseIni(content)));
  });
});
