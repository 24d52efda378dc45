import type { ExecOptions, ExecResult, StreamedExec, Terminal } from '@zun/driver-api';
import { FakeProcess } from './fake-process.js';
import { readProgram } from './fake-program.js';
import { conflict } from './fake-refusals.js';
import type { FakeContainer, FakeExec } from './fake-world.js';

/** Runs a command to its end; one that would not end has outlived its time. */
export function runExec({ spec, state }: FakeContainer, { command }: ExecOptions): ExecResult {
  if (state.phase !== 'running') throw conflict(`Container ${spec.uuid} is not running`);
  const program = readProgram(command);
  if (!program) return { output: notFound(command), exitCode: 127 };
  if (program.exitCode === null) throw conflict(`Timeout on executing command: ${command.join(' ')}`);
  return { output: program.lines.map(({ text }) => text).join(''), exitCode: program.exitCode };
}

/** Starts a prepared command and joins it. */
export function startExec(exec: FakeExec, execId: string): Terminal {
  if (exec.process) throw conflict(`Command ${execId} has been started already.`);
  const missing = { stream: 'stderr' as const, text: notFound(exec.command) };
  exec.process = new FakeProcess(readProgram(exec.command) ?? { lines: [missing], exitCode: 127 });
  const joined = exec.process.join();
  exec.process.begin();
  return joined;
}

/** Commands of a container that run. */
export function runningExecs({ execs, spec: { uuid } }: FakeContainer): StreamedExec[] {
  return [...execs].filter(([, { process }]) => process?.exitCode === null).map(([execId]) => ({ uuid, execId }));
}

/** What a runtime says of a command that is not in the container. */
export function notFound(command: readonly string[]): string {
  return `exec: "${command[0]}": executable file not found in $PATH`;
}
