/** A rule of oslo.policy's language, taken apart. */
export type RuleNode =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | { readonly kind: 'and' | 'or'; readonly left: RuleNode; readonly right: RuleNode }
  | { readonly kind: 'not'; readonly operand: RuleNode }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'role'; readonly value: Template }
  /** A fact of the caller, by its path, compared with a value. */
  | { readonly kind: 'fact'; readonly path: readonly string[]; readonly value: Template }
  | { readonly kind: 'literal'; readonly literal: string; readonly value: Template };

/** Text with names of the target in it: texts are kept, names looked up. */
export type Template = readonly ({ readonly text: string } | { readonly name: string })[];

/** The text is no rule; the message says what is wrong in it. */
export class RuleSyntaxError extends Error {
  override readonly name = 'RuleSyntaxError';
}

type Token = '(' | ')' | 'and' | 'or' | 'not' | { readonly check: string };

/** Deeper ones are no rule that anybody wrote. */
const MAX_DEPTH = 200;

/**
 * Reads a rule: checks `kind:match`, `@` (always), `!` (never), joined by `not`, `and`, `or` in that order of strength, and
 * parentheses. An empty rule always holds, as in oslo.policy.
 * @throws RuleSyntaxError
 */
export function parseRule(text: string): RuleNode {
  const tokens = tokenize(text);
  return tokens.length === 0 ? { kind: 'always' } : new Parser(tokens).parse();
}

/** Words are what stands between blanks; parentheses at a word's ends do not belong to it. */
function tokenize(text: string): Token[] {
  return text.split(/\s+/).flatMap((word): Token[] => {
    const [, open = '', body = '', close = ''] = /^(\(*)(.*?)(\)*)$/s.exec(word) ?? [];
    const lower = body.toLowerCase();
    const isJoint = lower === 'and' || lower === 'or' || lower === 'not';
    const middle: Token[] = body === '' ? [] : [isJoint ? lower : { check: body }];
    return [...Array.from(open, () => '(' as const), ...middle, ...Array.from(close, () => ')' as const)];
  });
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): RuleNode {
    const node = this.any();
    const rest = this.tokens[this.at];
    if (rest !== undefined) throw new RuleSyntaxError(`${show(rest)} does not fit where it stands`);
    return node;
  }

  private any(): RuleNode {
    let left = this.all();
    while (this.take('or')) left = { kind: 'or', left, right: this.all() };
    return left;
  }

  private all(): RuleNode {
    let left = this.one();
    while (this.take('and')) left = { kind: 'and', left, right: this.one() };
    return left;
  }

  private one(): RuleNode {
    if (++this.depth > MAX_DEPTH) throw new RuleSyntaxError(`it is nested more than ${MAX_DEPTH} deep`);
    try {
      if (this.take('not')) return { kind: 'not', operand: this.one() };
      if (this.take('(')) return this.closed(this.any());
      return parseCheck(this.check());
    } finally {
      this.depth--;
    }
  }

  private closed(node: RuleNode): RuleNode {
    if (!this.take(')')) throw new RuleSyntaxError('a parenthesis is not closed');
    return node;
  }

  private check(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new RuleSyntaxError('it ends where a check is expected');
    if (typeof token === 'string') throw new RuleSyntaxError(`${token} stands where a check is expected`);
    return token.check;
  }

  private take(token: Token): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }
}

function parseCheck(text: string): RuleNode {
  if (text === '@') return { kind: 'always' };
  if (text === '!') return { kind: 'never' };
  const colon = text.indexOf(':');
  if (colon < 1) throw new RuleSyntaxError(`${text} is no check: a check is kind:match, @ or !`);
  const [kind, match] = [text.slice(0, colon), text.slice(colon + 1)];
  if (kind === 'http' || kind === 'https') throw new RuleSyntaxError(`checks by a server (${text}) are not supported`);
  if (kind === 'rule') return { kind: 'rule', name: match };
  const value = parseTemplate(match);
  if (kind === 'role') return { kind: 'role', value };
  const literal = literalOf(kind);
  if (literal !== undefined) return { kind: 'literal', literal, value };
  if (!/^[\w.-]+$/.test(kind)) throw new RuleSyntaxError(`${text} is no check: ${kind} is neither a name nor a literal`);
  return { kind: 'fact', path: kind.split('.'), value };
}

/** Python's literals, as the text that Python would print them as. */
function literalOf(kind: string): string | undefined {
  const quoted = /^(["'])(.*)\1$/s.exec(kind);
  if (quoted) return quoted[2];
  return /^(None|True|False|\d+)$/.test(kind) ? kind : undefined;
}

/** Python's `%(name)s` and `%%`. */
function parseTemplate(match: string): Template {
  const parts = match.split(/(%\([^)]*\)s|%%)/).filter((part) => part !== '');
  return parts.map((part) => {
    if (part === '%%') return { text: '%' };
    const [, name] = /^%\(([^)]*)\)s$/.exec(part) ?? [];
    if (name !== undefined) return { name };
    if (part.includes('%')) throw new RuleSyntaxError(`${match} has a % that is neither %(name)s nor %%`);
    return { text: part };
  });
}

function show(token: Token): string {
  return typeof token === 'string' ? token : token.check;
}
