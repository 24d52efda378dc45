import { dirname, resolve } from 'node:path';
import { crossCheck } from './checks.js';
import { parseCommandLine, type CommandLine } from './command-line.js';
import { ConfigError, type ConfigMistake } from './config-error.js';
import { renderHelp, renderSample, renderValues } from './render.js';
import { Resolver, type Resolved } from './resolve.js';
import { Sources, type ConfigNotice } from './sources.js';
import type { Config } from './table.js';
import { VERSION } from './version.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Start with this configuration, after telling the notices. */
export interface RunResult {
  readonly action: 'run';
  readonly config: Config;
  readonly notices: readonly ConfigNotice[];
}

/** Print this text and end well: `--help` and its like. */
export interface PrintResult {
  readonly action: 'print';
  readonly text: string;
}

/**
 * Reads the configuration of a service: defaults, then files in the order given, then the environment.
 * @param argv the arguments after the program's name
 * @param program name of the program, for `--help`
 * @throws ConfigError with every mistake there is
 */
export function loadConfig(argv: readonly string[], env: Environment, program = 'zun'): RunResult | PrintResult {
  const command = parseCommandLine(argv);
  if (command.problems.length > 0) throw new ConfigError(command.problems.map((problem) => ({ where: 'arguments:', problem })));
  if (command.action === 'help') return { action: 'print', text: renderHelp(program) };
  if (command.action === 'version') return { action: 'print', text: `${program} ${VERSION}\n` };
  if (command.action === 'sample-config') return { action: 'print', text: renderSample() };
  const sources = collect(command, env);
  const { config, resolved } = build(sources, policyFolder(command));
  if (command.action === 'print-config') return { action: 'print', text: renderValues(resolved) };
  return { action: 'run', config, notices: sources.notices };
}

/** @throws ConfigError with every mistake of the sources, of the values, and between values */
export function build(sources: Sources, policyFolder: string): { config: Config; resolved: readonly Resolved[] } {
  const resolver = new Resolver(sources);
  const resolved = resolver.resolveAll();
  failOn([...sources.mistakes, ...resolver.mistakes]);
  const config = toConfig(resolved, policyFolder);
  failOn(crossCheck(config));
  return { config, resolved };
}

function collect(command: CommandLine, env: Environment): Sources {
  const sources = new Sources();
  for (const { kind, path } of command.sources) {
    if (kind === 'file') sources.addFile(path);
    else sources.addFolder(path);
  }
  sources.addEnvironment(env);
  return sources;
}

/** oslo.policy looks for its file beside the configuration. */
function policyFolder({ sources: [first] }: CommandLine): string {
  if (!first) return process.cwd();
  return first.kind === 'file' ? dirname(first.path) : first.path;
}

function toConfig(resolved: readonly Resolved[], policyFolder: string): Config {
  const sections: Record<string, Record<string, unknown>> = {};
  for (const { section, name, value } of resolved) (sections[section] ??= {})[name] = value;
  const policy = sections['oslo_policy'];
  if (policy) policy['policy_file'] = resolve(policyFolder, String(policy['policy_file']));
  Object.values(sections).forEach(Object.freeze);
  return Object.freeze(sections) as unknown as Config;
}

function failOn(mistakes: readonly ConfigMistake[]): void {
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}
