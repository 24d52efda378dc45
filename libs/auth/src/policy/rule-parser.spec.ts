import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules, type Facts, type Target } from './rule-compiler.js';
import { parseRule, RuleSyntaxError, type RuleNode } from './rule-parser.js';

function holds(rule: string, target: Target = {}, facts: Partial<Facts> = {}): boolean {
  const checks = compileRules(new Map([['r', parseRule(rule)]]), (_, message) => expect.fail(message));
  return checks.get('r')?.(target, { roles: [], ...facts }) ?? expect.fail('not compiled');
}

describe('checks', () => {
  const member = { roles: ['Member', 'reader'], user_id: 'u1', project_id: 'p1', is_admin: true, domain_id: null };
  it.each<[string, Target, boolean]>([
    ['', {}, true],
    ['@', {}, true],
    ['!', {}, false],
    ['role:member', {}, true],
    ['role:MEMBER', {}, true],
    ['role:admin', {}, false],
    ['role:%(wanted)s', { wanted: 'reader' }, true],
    ['role:%(wanted)s', {}, false],
    ['project_id:%(project_id)s', { project_id: 'p1' }, true],
    ['project_id:%(project_id)s', { project_id: 'p2' }, false],
    ['project_id:%(project_id)s', {}, false],
    ['project_id:p1', {}, true],
    ['user_id:%(target.user.id)s', { 'target.user.id': 'u1' }, true],
    ['is_admin:True', {}, true],
    ['is_admin:1', {}, false],
    ['domain_id:None', {}, true],
    ['domain_id:%(domain_id)s', { domain_id: null }, true],
    ['unknown_fact:x', {}, false],
    ['toString:x', {}, false],
    ['roles:reader', {}, true],
    ["'Member':%(role.name)s", { 'role.name': 'Member' }, true],
    ["'Member':%(role.name)s", { 'role.name': 'x' }, false],
    ['"x":%(a)s', { a: 'x' }, true],
    ['True:%(shared)s', { shared: true }, true],
    ['None:%(owner)s', { owner: null }, true],
    ['12:%(n)s', { n: 12 }, true],
    ['project_id:a%%%(x)s', { x: 1 }, false],
  ])('%s on %j is %s', (rule, target, expected) => expect(holds(rule, target, member)).toBe(expected));

  it('compares text around names', () => expect(holds('k:a%%-%(x)s-b', { x: 1 }, { k: 'a%-1-b' })).toBe(true));
});

describe('joints', () => {
  it.each([
    ['@ or ! and !', true],
    ['(@ or !) and !', false],
    ['! and ! or @', true],
    ['not ! and @', true],
    ['not (! or @)', false],
    ['not not @', true],
    ['@ AND not !', true],
    ['((@))', true],
    ['  @   or\n!  ', true],
  ])('%s is %s', (rule, expected) => expect(holds(rule)).toBe(expected));

  it.each([
    ['and', /and stands where a check is expected/],
    ['@ or', /ends where a check/],
    ['@ @', /@ does not fit/],
    ['(@', /not closed/],
    ['@)', /\) does not fit/],
    ['()', /stands where a check/],
    ['admin', /admin is no check/],
    [':x', /no check/],
    ['"role:admin"', /neither a name nor a literal/],
    ['http://policy.example/%(name)s', /checks by a server .* are not supported/],
    ['https:x', /not supported/],
    ['project_id:%(project_id)d', /neither %\(name\)s nor %%/],
    ['project_id:100%', /neither/],
    ['('.repeat(500) + '@' + ')'.repeat(500), /nested more than/],
  ])('refuses %s', (rule, message) => expect(() => parseRule(rule)).toThrow(message));
});

/** A rule as a tree, with the text that a person would write for it and what it must come to. */
interface Written {
  readonly text: string;
  /** How tightly the outermost joint binds: or 0, and 1, else 2. */
  readonly strength: 0 | 1 | 2;
  readonly value: boolean;
}

function within(inner: Written, strength: number): string {
  return inner.strength < strength ? `(${inner.text})` : inner.text;
}

const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<Written>({ text: '@', strength: 2, value: true }, { text: '!', strength: 2, value: false }),
    tie('written').map((one): Written => ({ text: `not ${within(one, 2)}`, strength: 2, value: !one.value })),
    fc
      .tuple(tie('written'), tie('written'))
      .map(([a, b]): Written => ({ text: `${within(a, 1)} and ${within(b, 1)}`, strength: 1, value: a.value && b.value })),
    fc
      .tuple(tie('written'), tie('written'))
      .map(([a, b]): Written => ({ text: `${within(a, 0)} or ${within(b, 0)}`, strength: 0, value: a.value || b.value })),
  ),
}));

describe('properties', () => {
  it('not binds tighter than and, and tighter than or', () => {
    fc.assert(fc.property(written, ({ text, value }) => holds(text) === value));
  });

  it('any text is a rule or a syntax error, never a crash', () => {
    const word = fc.constantFrom(
      '(',
      ')',
      '((',
      'and',
      'or',
      'not',
      '@',
      '!',
      'role:a',
      'a:%(b)s',
      'a:%(',
      ':',
      "'x':%(y)s",
      '%%',
      'rule:r',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (rule) => {
        let node: RuleNode;
        try {
          node = parseRule(rule);
        } catch (error) {
          return error instanceof RuleSyntaxError;
        }
        const check = compileRules(new Map([['r', node]]), () => undefined).get('r');
        return typeof check?.({ b: 1 }, { roles: ['a'] }) === 'boolean';
      }),
      { numRuns: 500 },
    );
  });
});
