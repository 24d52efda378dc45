import { readFileSync, statSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

/** A rule of the operator's file. */
export interface RuleOverride {
  readonly name: string;
  readonly text: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** The policy file cannot be used; every problem is a line `FILE:LINE: reason`. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @returns a mark that changes when the file does; empty while there is none */
export function fileMark(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.ino}-${stat.mtimeNs}-${stat.size}` : '';
  } catch (error) {
    return String(error); // reading it will say the same, to whoever may be told
  }
}

/**
 * Reads a file of rules, YAML or JSON: a mapping from names to rules.
 * @returns nothing when there is no file
 * @throws PolicyFileError
 */
export function readPolicyFile(path: string): RuleOverride[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PolicyFileError([`${path}: ${(error as Error).message}`]);
  }
  return parsePolicyFile(text, path);
}

/** @param path for messages */
export function parsePolicyFile(text: string, path: string): RuleOverride[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  if (document.errors.length > 0) {
    throw new PolicyFileError(
      document.errors.map(
        ({ pos, message }) => `${path}:${lineOf(pos[0])}: ${message.split('\n')[0]?.replace(/ at line .*/, '')}`,
      ),
    );
  }
  if (document.contents === null) return [];
  if (!isMap(document.contents)) throw new PolicyFileError([`${path}:1: it must be a mapping from names to rules`]);
  const problems: string[] = [];
  const rules = document.contents.items.map(({ key, value }): RuleOverride => {
    const line = lineOf(isScalar(key) ? key.range?.[0] : 0);
    const name = isScalar(key) ? String(key.value) : '';
    const plain: unknown = (value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null;
    const rule = typeof plain === 'string' ? plain : fromLists(plain);
    if (rule === undefined) problems.push(`${path}:${line}: ${name}: a rule must be a text; one that always holds is "@"`);
    return { name, line, text: rule ?? '' };
  });
  if (problems.length > 0) throw new PolicyFileError(problems);
  return rules;
}

/** oslo.policy's older form: a list of alternatives, each a check or a list of checks that must all hold. */
function fromLists(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const alternatives = value.map((alternative: unknown): unknown[] => (Array.isArray(alternative) ? alternative : [alternative]));
  if (!alternatives.flat().every((check) => typeof check === 'string')) return undefined;
  return alternatives.map((checks) => `(${checks.join(' and ')})`).join(' or ');
}
