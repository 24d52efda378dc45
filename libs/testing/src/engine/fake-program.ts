/** What a container of the fake engine does when it runs. */
export interface Program {
  readonly lines: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[];
  /** Null: it runs until it is stopped. */
  readonly exitCode: number | null;
}

const KNOWN = ['echo', 'sleep', 'true', 'false', 'exit', 'sh'];

/**
 * Understands just enough of a command line for tests: `echo`, `sleep`, `true`, `false`, `exit` and `sh -c 'a; b'`.
 * @returns null when there is no such command, as for a misspelt one on a real engine
 */
export function readProgram(words: readonly string[]): Program | null {
  const statements = words[0] === 'sh' && words[1] === '-c' ? (words[2] ?? '').split(/;\s*/) : [words.join(' ')];
  const lines: Program['lines'][number][] = [];
  for (const statement of statements) {
    const [command = '', ...rest] = statement.trim().split(/\s+/);
    if (!KNOWN.includes(command)) return null;
    if (command === 'sleep' || command === 'sh') return { lines, exitCode: null };
    if (command === 'exit' || command === 'false') return { lines, exitCode: command === 'exit' ? Number(rest[0] ?? 0) : 1 };
    if (command === 'echo') lines.push(readEcho(rest));
  }
  return { lines, exitCode: 0 };
}

function readEcho(words: readonly string[]): Program['lines'][number] {
  const isError = words.at(-1) === '>&2';
  return { stream: isError ? 'stderr' : 'stdout', text: `${(isError ? words.slice(0, -1) : words).join(' ')}\n` };
}
