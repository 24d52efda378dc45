import { EngineRefusedError } from '@zun/domain';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from './engine-client.js';

/** How long a process that was hung up may take for its farewell. */
const GRACE_MS = 1_000;
const LOOK_MS = 50;

/** A process of a container, by its number on the engine's machine. */
export interface EngineProcess {
  readonly pid: number;
  /** Whether the engine says that it has ended. */
  readonly isGone: () => Promise<boolean>;
}

/**
 * Ends a process of a container: hangs up its terminal, as a telephone line that breaks would, and kills it when it stays. Done from this
 * machine when it is the engine's and we may, else from inside, by a shell of the container.
 * @throws EngineRefusedError when neither can be
 */
export async function endProcess(
  client: EngineClient,
  { uuid, engineId }: { readonly uuid: string; readonly engineId: string },
  { pid, isGone }: EngineProcess,
): Promise<void> {
  const gone = async (): Promise<boolean> => {
    for (let waited = 0; waited < GRACE_MS; waited += LOOK_MS) {
      if (await isGone()) return true;
      await sleep(LOOK_MS);
    }
    return false;
  };
  for (const signal of ['HUP', 'KILL'] as const) {
    const inner = await pidInside(pid, engineId);
    // Its number may be somebody else's by now, or on another machine.
    if (inner !== null && !signalFromHere(pid, signal)) await signalInside(client, { uuid, engineId }, inner, signal);
    if (await gone()) return;
  }
  throw new EngineRefusedError(`Process ${pid} of container ${uuid} could not be ended from here.`);
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

async function signalInside(
  client: EngineClient,
  { uuid, engineId }: { readonly uuid: string; readonly engineId: string },
  pid: number,
  signal: 'HUP' | 'KILL',
): Promise<void> {
  const body = { Cmd: ['sh', '-c', `kill -${signal} -${pid} || kill -${signal} ${pid}`], User: '0' };
  const exec = await client.call((docker, abortSignal) => docker.getContainer(engineId).exec({ ...body, abortSignal }), { uuid });
  await client.call((_, abortSignal) => exec.start({ Detach: true, abortSignal }), { uuid });
}
