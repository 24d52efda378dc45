import { EngineRefusedError } from '@zun/domain';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from './engine-client.js';
import { variableOf } from './exec-mark.js';

/** How long a process that was hung up may take for its farewell. */
const GRACE_MS = 1_000;
/** The same for what a shell of the container ends, with the time that the shell takes. */
const MARKED_MS = 3_000;
const LOOK_MS = 50;

/** A process of a container, by its number on the engine's machine. */
export interface EngineProcess {
  readonly pid: number;
  /** What it and its children carry in their environment; null: nothing. */
  readonly mark: string | null;
  /** Whether the engine says that it has ended. */
  readonly isGone: () => Promise<boolean>;
}

/**
 * Ends a process of a container: hangs up its terminal, as a telephone line that breaks would, and kills it when it stays. Done from this
 * machine when it is the engine's and we may, else from inside, by a shell of the container: there its mark tells which it is, as the
 * number that it has is not known.
 * @throws EngineRefusedError when neither can be
 */
export async function endProcess(
  client: EngineClient,
  { uuid, engineId }: { readonly uuid: string; readonly engineId: string },
  { pid, mark, isGone }: EngineProcess,
): Promise<void> {
  const gone = async (withinMs: number): Promise<boolean> => {
    for (let waited = 0; waited < withinMs; waited += LOOK_MS) {
      if (await isGone()) return true;
      await sleep(LOOK_MS);
    }
    return false;
  };
  const refused = (): Error =>
    new EngineRefusedError(`Process ${pid} of container ${uuid} could not be ended: no shell in the container could do it.`);
  for (const signal of ['HUP', 'KILL'] as const) {
    const inner = client.isLocal ? await pidInside(pid, engineId) : null;
    // Its number may be somebody else's by now, or on another machine.
    if (inner === null) {
      if (mark !== null) await runInside(client, { uuid, engineId }, endingMarked(mark));
      if (await gone(MARKED_MS)) return;
      throw refused();
    }
    if (!signalFromHere(pid, signal)) await runInside(client, { uuid, engineId }, killing(inner, signal), '0');
    if (await gone(GRACE_MS)) return;
  }
  throw refused();
}

/** @returns its number in the container; null when no process of that number and of that container is to be seen */
async function pidInside(pid: number, engineId: string): Promise<number | null> {
  try {
    const cgroups = await readFile(`/proc/${pid}/cgroup`, 'utf8');
    if (!cgroups.includes(engineId)) return null;
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const numbers = /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
    return Number(numbers.at(-1)) || null;
  } catch {
    return null;
  }
}

/** To its whole group: what a shell has started goes along. @returns false when we may not */
function signalFromHere(pid: number, signal: 'HUP' | 'KILL'): boolean {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, `SIG${signal}`);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPERM') return false;
    }
  }
  return true;
}

const killing = (pid: number, signal: 'HUP' | 'KILL'): string => `kill -${signal} -${pid} || kill -${signal} ${pid}`;

/**
 * Hangs up what carries the mark, and kills what is left of it after a second, whether or not the command itself has gone: what it started
 * may not mind being hung up. Killed until there is none: one that is killed may just have started another. Needs no more than a shell and
 * `tr` (without `sleep` there is no farewell); what runs for another user does not show us its environment.
 */
function endingMarked(mark: string): string {
  const variables = `"$(tr '\\0' '\\n' <"$process/environ" 2>/dev/null)"`;
  const round = (signal: 'HUP' | 'KILL'): string => {
    const end = `*${variableOf(mark)}*) kill -${signal} "\${process#/proc/}"; found=1;;`;
    return `found=; for process in /proc/[0-9]*; do case ${variables} in ${end} esac; done`;
  };
  return `${round('HUP')}; sleep 1; for round in 1 2 3 4 5; do ${round('KILL')}; [ "$found" ] || break; done`;
}

/** @param user default: as the container's own commands run, which may look at each other */
async function runInside(
  client: EngineClient,
  { uuid, engineId }: { readonly uuid: string; readonly engineId: string },
  script: string,
  user?: string,
): Promise<void> {
  const body = { Cmd: ['sh', '-c', script], ...(user === undefined ? {} : { User: user }) };
  const exec = await client.call((docker, abortSignal) => docker.getContainer(engineId).exec({ ...body, abortSignal }), { uuid });
  try {
    await client.call((_, abortSignal) => exec.start({ Detach: true, abortSignal }), { uuid });
  } catch (error) {
    // Without a shell nothing is done, which shows.
    if (!(error instanceof EngineRefusedError)) throw error;
  }
}
