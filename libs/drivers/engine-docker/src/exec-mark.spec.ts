import { describe, expect, it } from 'vitest';
import { keysOf, markOf, newMark, variableOf } from './exec-mark.js';

const bytes = (...codes: number[]): string => Buffer.from(codes).toString('base64');

describe('the mark of a command', () => {
  it('is another for each', () => {
    expect(newMark()).toMatch(/^[a-z]{12}$/);
    expect(newMark()).not.toBe(newMark());
    expect(variableOf('abc')).toBe('ZUN_EXEC=abc');
  });
  it.each([
    ['as Podman shows it', keysOf('abc'), 'abc'],
    ['as Docker shows it', bytes(0x1e, 0x1f, 0x1e, 0x1f, 0x61, 0x62), 'ab'],
    ['of one from before there were marks', 'ctrl-^,ctrl-_,ctrl-^,ctrl-_', ''],
    ['of one from before, as Docker shows it', bytes(0x1e, 0x1f, 0x1e, 0x1f), ''],
    ['of somebody else', 'ctrl-p,ctrl-q', null],
    ['of somebody else, as Docker shows it', bytes(0x10, 0x11), null],
    ['of somebody else who begins alike', bytes(0x1e, 0x1f, 0x1e, 0x1f, 0x27), null],
    ['of one without keys', undefined, null],
  ])('%s', (_whose, keys, mark) => {
    expect(markOf(keys)).toBe(mark);
  });
});
