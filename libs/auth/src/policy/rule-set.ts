import { DEFAULT_RULES, FIELD_RULE } from './catalogue.js';
import { nearestOf } from './nearest-rule.js';
import { PolicyFileError, type RuleOverride } from './policy-file.js';
import { compileRules, type Check } from './rule-compiler.js';
import { parseRule, RuleSyntaxError, type RuleNode } from './rule-parser.js';

export interface RuleSet {
  readonly checks: ReadonlyMap<string, Check>;
  /** What looks like a mistake of the operator but can be lived with. */
  readonly warnings: readonly string[];
}

/**
 * Puts the operator's rules in place of the defaults, and compiles all.
 * @param path of the operator's file, for messages
 * @throws PolicyFileError with every rule that is wrong
 */
export function buildRuleSet(overrides: readonly RuleOverride[], path: string): RuleSet {
  const problems: string[] = [];
  const place = (name: string): string => {
    const line = overrides.find((override) => override.name === name)?.line;
    return line === undefined ? `${path}: ${name}` : `${path}:${line}: ${name}`;
  };
  const nodes = new Map(Object.entries(DEFAULT_RULES).map(([name, text]) => [name, parseRule(text)]));
  for (const { name, text } of overrides) {
    try {
      nodes.set(name, parseRule(text));
    } catch (error) {
      if (!(error instanceof RuleSyntaxError)) throw error;
      problems.push(`${place(name)}: ${error.message}`);
    }
  }
  const checks = compileRules(nodes, (name, message) => problems.push(`${place(name)}: ${message}`));
  if (problems.length > 0) throw new PolicyFileError(problems);
  const strays = strayNames(overrides, nodes);
  return {
    checks,
    warnings: strays.map(
      (name) => `${place(name)}: no such rule is ever asked for${nearestOf(name, Object.keys(DEFAULT_RULES))}`,
    ),
  };
}

/** Names that are neither Zun's, nor of a field, nor used by another rule. */
function strayNames(overrides: readonly RuleOverride[], nodes: ReadonlyMap<string, RuleNode>): string[] {
  const used = new Set([...nodes.values()].flatMap(referencesOf));
  return overrides
    .map(({ name }) => name)
    .filter((name) => !(name in DEFAULT_RULES) && !FIELD_RULE.test(name) && !used.has(name));
}

function referencesOf(node: RuleNode): string[] {
  switch (node.kind) {
    case 'rule':
      return [node.name];
    case 'not':
      return referencesOf(node.operand);
    case 'and':
    case 'or':
      return [...referencesOf(node.left), ...referencesOf(node.right)];
    default:
      return [];
  }
}
