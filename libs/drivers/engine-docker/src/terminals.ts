import type { ExecOptions, Terminal } from '@zun/driver-api';
import { DomainError, EngineRefusedError, ExecNotFoundError, type TerminalSize } from '@zun/domain';
import type Dockerode from 'dockerode';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { demultiplex } from './demux.js';
import type { EngineClient } from './engine-client.js';
import { isRefusal, toEngineError } from './engine-error.js';
import { endProcess } from './end-process.js';
import { DETACH_KEYS, keysOf, markOf, newMark, variableOf } from './exec-mark.js';

/** How long a command may take to get its process. */
const BEGIN_MS = 2_000;
const LOOK_MS = 50;

/** A container that is known to be there. */
export interface TerminalHost {
  readonly uuid: string;
  readonly engineId: string;
}

/** Zun's: an interactive command gets a terminal and an open stdin. */
export function execBody({ command, interactive }: Pick<ExecOptions, 'command' | 'interactive'>): Dockerode.ExecCreateOptions {
  return { Cmd: [...command], AttachStdin: interactive, AttachStdout: true, AttachStderr: true, Tty: interactive };
}

/** Joins the container's own process. @param tty whether it has a terminal */
export async function attach(client: EngineClient, { uuid, engineId }: TerminalHost, tty: boolean): Promise<Terminal> {
  const streams = new URLSearchParams({ stream: '1', stdin: '1', stdout: '1', stderr: '1', detachKeys: DETACH_KEYS });
  return terminal(await client.join(`/containers/${engineId}/attach?${streams.toString()}`, { uuid }), tty);
}

export async function resize(client: EngineClient, { uuid, engineId }: TerminalHost, size: TerminalSize): Promise<void> {
  await client.call((docker, abortSignal) => docker.getContainer(engineId).resize({ ...engineSize(size), abortSignal }), {
    uuid,
  });
}

/** @returns the id of a command that waits to be started */
export async function createExec(
  client: EngineClient,
  { uuid, engineId }: TerminalHost,
  options: Pick<ExecOptions, 'command' | 'interactive'>,
): Promise<string> {
  const mark = newMark();
  const body = { ...execBody(options), Env: [variableOf(mark)], DetachKeys: keysOf(mark) };
  const exec = await client.call((docker, abortSignal) => docker.getContainer(engineId).exec({ ...body, abortSignal }), { uuid });
  return exec.id;
}

export async function startExec(client: EngineClient, host: TerminalHost, execId: string): Promise<Terminal> {
  const { ProcessConfig, Running, Pid, ExitCode } = await inspectExec(client, host, execId);
  // Docker opens a stream for one that has run, too. Podman refuses by itself, and shows 0 before a command has begun.
  if (Running || Pid > 0 || Boolean(ExitCode)) throw hasRun(execId);
  const { tty } = ProcessConfig;
  const body = { Detach: false, Tty: tty };
  return terminal(await client.join(`/exec/${execId}/start`, { uuid: host.uuid, body }), tty);
}

export async function resizeExec(client: EngineClient, host: TerminalHost, execId: string, size: TerminalSize): Promise<void> {
  const { Running } = await inspectExec(client, host, execId);
  if (!Running) throw new ExecNotFoundError(execId, host.uuid);
  try {
    await client.call((docker, abortSignal) => docker.getExec(execId).resize({ ...engineSize(size), abortSignal }), host);
  } catch (error) {
    if (!isCreated(error)) throw error;
  }
}

export async function execExitCode(client: EngineClient, host: TerminalHost, execId: string): Promise<number | null> {
  const { Running, ExitCode } = await inspectExec(client, host, execId);
  return Running ? null : ExitCode;
}

/** Ids of commands that run for a stream. */
export async function streamedExecs(client: EngineClient, host: TerminalHost, execIds: readonly string[]): Promise<string[]> {
  const running: string[] = [];
  for (const execId of execIds) {
    const exec = await inspectExec(client, host, execId).catch((error: unknown) => {
      if (error instanceof ExecNotFoundError) return null;
      throw error;
    });
    if (exec?.Running && markOf(exec.DetachKeys) !== null) running.push(execId);
  }
  return running;
}

/**
 * Ends a command. An engine has no way to do so: it is done to its process.
 * @throws EngineRefusedError when it cannot be ended, or gets no process
 */
export async function endExec(client: EngineClient, host: TerminalHost, execId: string): Promise<void> {
  const look = async (): Promise<ExecInspect | null> => {
    try {
      const exec = await inspectExec(client, host, execId);
      return exec.Running ? exec : null;
    } catch (error) {
      if (error instanceof ExecNotFoundError) return null;
      throw error;
    }
  };
  let exec = await look();
  // Docker says that a command runs a moment before it has a process.
  for (let waited = 0; exec?.Pid === 0 && waited < BEGIN_MS; waited += LOOK_MS) {
    await sleep(LOOK_MS);
    exec = await look();
  }
  if (!exec) return;
  if (exec.Pid === 0)
    throw new EngineRefusedError(`Command ${execId} of container ${host.uuid} has no process yet that could be ended.`);
  const mark = markOf(exec.DetachKeys) || null;
  await endProcess(client, host, { pid: exec.Pid, mark, isGone: async () => (await look()) === null });
}

type ExecInspect = Omit<Dockerode.ExecInspectInfo, 'DetachKeys' | 'ExitCode'> & {
  readonly ExitCode: number | null;
  /** Base64 of the keys, or their names. */
  readonly DetachKeys?: string;
};

/** @throws ExecNotFoundError also for a command of another container */
async function inspectExec(client: EngineClient, { uuid, engineId }: TerminalHost, execId: string): Promise<ExecInspect> {
  try {
    const exec = (await client.call((docker, abortSignal) => docker.getExec(execId).inspect({ abortSignal }))) as ExecInspect;
    if (exec.ContainerID === engineId) return exec;
  } catch (error) {
    if (!isRefusal(error, 'not-found')) throw error;
  }
  throw new ExecNotFoundError(execId, uuid);
}

/** Without a terminal the engine says which of its streams each piece of output is of. */
function terminal(socket: Duplex, tty: boolean): Terminal {
  // A connection that breaks ends the output; whoever writes at that moment need not hear of it twice.
  socket.on('error', () => undefined);
  const raw = socket as AsyncIterable<Uint8Array>;
  return { input: socket, output: translated(tty ? raw : demultiplex(raw)), hangUp: () => void socket.destroy() };
}

async function* translated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw toEngineError(error);
  }
}

/** Engines keep them in 16 bits, and take what is larger for something else. */
function engineSize({ height, width }: TerminalSize): { h: number; w: number } {
  const most = 65_535;
  return { h: Math.min(height, most), w: Math.min(width, most) };
}

/** How Podman says that it has resized a command's terminal; dockerode expects 200. */
function isCreated(error: unknown): boolean {
  return error instanceof DomainError && (error.cause as { statusCode?: number } | undefined)?.statusCode === 201;
}

function hasRun(execId: string): EngineRefusedError {
  return new EngineRefusedError(`Command ${execId} has been started already.`, { errorClass: 'conflict', code: 'conflict' });
}
