import { nearestOf } from './nearest-rule.js';
import type { RuleNode, Template } from './rule-parser.js';

/** What a rule is about, e.g. `{ project_id }` of the container. Names are those in `%(name)s`. */
export type Target = Readonly<Record<string, unknown>>;
/** What is known of the caller, by oslo.policy's names. */
export type Facts = Readonly<Record<string, unknown>> & { readonly roles: readonly string[] };
/** A compiled rule. */
export type Check = (target: Target, facts: Facts) => boolean;

/**
 * Compiles rules into functions, references to each other included.
 * @param problem called for each rule that refers to one that is not there, or to itself in a circle
 */
export function compileRules(
  nodes: ReadonlyMap<string, RuleNode>,
  problem: (rule: string, message: string) => void,
): ReadonlyMap<string, Check> {
  const compiled = new Map<string, Check>();
  const compile = (name: string, asking: readonly string[]): Check => {
    const done = compiled.get(name);
    if (done) return done;
    const node = nodes.get(name);
    const before = asking.indexOf(name);
    if (!node) return refuse(asking, `it refers to rule:${name}, which is not defined${nearestOf(name, nodes.keys())}`);
    if (before >= 0) return refuse(asking, `it refers to itself: ${[...asking.slice(before), name].join(' -> ')}`);
    const check = compileNode(node, (other) => compile(other, [...asking, name]));
    compiled.set(name, check);
    return check;
  };
  const refuse = (asking: readonly string[], message: string): Check => {
    problem(asking.at(-1) ?? '', message);
    return () => false;
  };
  for (const name of nodes.keys()) compile(name, []);
  return compiled;
}

function compileNode(node: RuleNode, rule: (name: string) => Check): Check {
  switch (node.kind) {
    case 'always':
      return () => true;
    case 'never':
      return () => false;
    case 'not': {
      const operand = compileNode(node.operand, rule);
      return (target, facts) => !operand(target, facts);
    }
    case 'and': {
      const [left, right] = [compileNode(node.left, rule), compileNode(node.right, rule)];
      return (target, facts) => left(target, facts) && right(target, facts);
    }
    case 'or': {
      const [left, right] = [compileNode(node.left, rule), compileNode(node.right, rule)];
      return (target, facts) => left(target, facts) || right(target, facts);
    }
    case 'rule':
      return rule(node.name);
    case 'role':
      return compileRole(compileTemplate(node.value));
    case 'literal': {
      const value = compileTemplate(node.value);
      return (target) => value(target) === node.literal;
    }
    case 'fact':
      return compileFact(node.path, compileTemplate(node.value));
  }
}

/** Names of roles are compared without regard to case, as Keystone does. */
function compileRole(value: (target: Target) => string | undefined): Check {
  return (target, { roles }) => {
    const wanted = value(target)?.toLowerCase();
    return wanted !== undefined && roles.some((role) => role.toLowerCase() === wanted);
  };
}

function compileFact(path: readonly string[], value: (target: Target) => string | undefined): Check {
  return (target, facts) => {
    const wanted = value(target);
    return wanted !== undefined && holds(facts, path, wanted);
  };
}

/** A list on the way holds when any of its elements does. */
function holds(fact: unknown, path: readonly string[], wanted: string): boolean {
  if (Array.isArray(fact)) return fact.some((element) => holds(element, path, wanted));
  const [name, ...rest] = path;
  if (name === undefined) return pythonText(fact) === wanted;
  if (typeof fact !== 'object' || fact === null || !Object.hasOwn(fact, name)) return false;
  return holds((fact as Record<string, unknown>)[name], rest, wanted);
}

/** @returns undefined when the target lacks a name: then no check can hold */
function compileTemplate(template: Template): (target: Target) => string | undefined {
  const [first, ...others] = template;
  if (first === undefined) return () => '';
  if (others.length === 0) {
    if ('text' in first) return () => first.text;
    return (target) => lookUp(target, first.name);
  }
  return (target) => {
    const parts = template.map((part) => ('text' in part ? part.text : lookUp(target, part.name)));
    return parts.includes(undefined) ? undefined : parts.join('');
  };
}

function lookUp(target: Target, name: string): string | undefined {
  return Object.hasOwn(target, name) ? pythonText(target[name]) : undefined;
}

/** As Python would print it, because rules are written for that: `is_admin:True`, `None`. */
function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
