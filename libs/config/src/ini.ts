/** One assignment of an INI file. */
export interface IniEntry {
  readonly section: string;
  readonly name: string;
  readonly value: string;
  /** Line of the file, from 1. */
  readonly line: number;
}

export interface IniResult {
  readonly entries: readonly IniEntry[];
  /** What is not INI, each with its line. */
  readonly mistakes: readonly { readonly line: number; readonly problem: string }[];
}

/**
 * Reads an INI file as oslo.config does: `name = value` or `name: value`; lines that begin with `#` or `;` are comments, a `#`
 * later in a line is not; an indented line continues the value before it; a value in quotes loses them. A mistake does not end
 * the reading, so that all are found at once.
 */
export function parseIni(content: string): IniResult {
  const reader = new IniReader();
  content.split(/\r?\n/).forEach((line, index) => reader.read(line.trimEnd(), index + 1));
  return reader.finish();
}

class IniReader {
  private readonly entries: IniEntry[] = [];
  private readonly mistakes: { line: number; problem: string }[] = [];
  private section = 'DEFAULT';
  private open: { name: string; lines: string[]; line: number } | undefined;

  read(text: string, line: number): void {
    if (/^\s/.test(text)) return this.continue(text.trimStart(), line);
    this.close();
    if (text === '' || text.startsWith('#') || text.startsWith(';')) return;
    if (text.startsWith('[')) return this.enter(text, line);
    this.assign(text, line);
  }

  finish(): IniResult {
    this.close();
    return { entries: this.entries, mistakes: this.mistakes };
  }

  private continue(text: string, line: number): void {
    if (this.open) this.open.lines.push(text);
    else if (!/^[#;]/.test(text)) this.mistakes.push({ line, problem: `an indented line continues nothing: ${text}` });
  }

  private enter(text: string, line: number): void {
    const [, name] = /^\[\s*([^\][]+?)\s*\]$/.exec(text) ?? [];
    if (name === undefined) this.mistakes.push({ line, problem: `not a section: ${text}` });
    else this.section = name;
  }

  private assign(text: string, line: number): void {
    const [, name, value] = /^([^:=]*)[:=](.*)$/s.exec(text) ?? [];
    if (!name?.trim()) this.mistakes.push({ line, problem: `not "name = value": ${text}` });
    else this.open = { name: name.trim(), lines: [unquote((value ?? '').trim())], line };
  }

  private close(): void {
    if (!this.open) return;
    const { name, lines, line } = this.open;
    this.entries.push({ section: this.section, name, value: lines.join('\n'), line });
    this.open = undefined;
  }
}

function unquote(value: string): string {
  const [first] = value;
  const quoted = value.length > 1 && (first === '"' || first === "'") && value.endsWith(first);
  return quoted ? value.slice(1, -1) : value;
}
