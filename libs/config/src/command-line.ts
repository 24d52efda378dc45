import { nearest } from './nearest.js';

const ACTIONS = ['--help', '--version', '--print-config', '--sample-config'] as const;
export type CommandAction = 'run' | 'help' | 'version' | 'print-config' | 'sample-config';

export interface CommandLine {
  readonly action: CommandAction;
  /** Files and folders in the order given. */
  readonly sources: readonly { readonly kind: 'file' | 'folder'; readonly path: string }[];
  readonly problems: readonly string[];
}

/** Reads a service's own arguments (without the program's name). Problems are collected, not thrown. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const sources: { kind: 'file' | 'folder'; path: string }[] = [];
  const problems: string[] = [];
  let action: CommandAction = 'run';
  for (let index = 0; index < argv.length; index++) {
    const [flag = '', inline] = split(argv[index] ?? '');
    if (flag === '--config-file' || flag === '--config-dir') {
      const path = inline ?? argv[++index];
      if (!path) problems.push(`${flag} needs a path`);
      else sources.push({ kind: flag === '--config-file' ? 'file' : 'folder', path });
    } else if (flag === '-h') action = 'help';
    else if (isAction(flag)) action = flag.slice(2) as CommandAction;
    else problems.push(unknownArgument(flag));
  }
  return { action, sources, problems };
}

function isAction(flag: string): boolean {
  return ACTIONS.some((action) => action === flag);
}

function split(argument: string): [string, string?] {
  const at = argument.indexOf('=');
  return argument.startsWith('--') && at > 0 ? [argument.slice(0, at), argument.slice(at + 1)] : [argument];
}

function unknownArgument(flag: string): string {
  const near = nearest(flag, ['--config-file', '--config-dir', ...ACTIONS]);
  return `unknown argument ${flag}${near ? `; did you mean ${near}?` : ''}`;
}
