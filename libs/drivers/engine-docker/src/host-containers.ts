import type { EngineContainer } from '@zun/driver-api';
import { ContainerNotFoundError, EngineRefusedError, EngineUnavailableError, engineName } from '@zun/domain';
import type Dockerode from 'dockerode';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-error.js';
import { readContainer } from './read-container.js';

/** An engine notes the end of a container a moment after it has lost the connection to it. */
const NOTES_END_MS = 200;

/** What an engine calls the network of containers that have none. */
export const NO_NETWORK = 'none';

/** A container's own handle for a verb; its `Dockerode.Container` is addressed by id, so a namesake is never hit. */
export type Verb<T> = (container: Dockerode.Container, abortSignal: AbortSignal) => Promise<T>;

/** What inspect tells beyond {@link EngineContainer}. */
export interface Inspected {
  readonly container: EngineContainer;
  readonly tty: boolean;
  /** Commands in it that the engine remembers. */
  readonly execIds: readonly string[];
  /** It is on the network `none`. */
  readonly onNone: boolean;
}

/** This host's containers on an engine that it may share with others; no other container is ever touched. */
export class HostContainers {
  constructor(
    private readonly client: EngineClient,
    private readonly options: { readonly host: string; readonly timeoutMs: number },
  ) {}

  /** @returns null when the engine does not know it or it is not this host's. */
  async find(nameOrId: string, uuid: string): Promise<Inspected | null> {
    try {
      const info = await this.client.call((docker, abortSignal) => docker.getContainer(nameOrId).inspect({ abortSignal }), {
        uuid,
      });
      const container = readContainer(info);
      const onNone = Object.hasOwn(info.NetworkSettings.Networks ?? {}, NO_NETWORK);
      return container.host === this.options.host
        ? { container, tty: info.Config.Tty, execIds: info.ExecIDs ?? [], onNone }
        : null;
    } catch (error) {
      if (error instanceof ContainerNotFoundError) return null;
      throw error;
    }
  }

  /** @throws ContainerNotFoundError when it is not there, or another host's */
  async own(uuid: string): Promise<Inspected> {
    const found = await this.find(engineName(uuid), uuid);
    if (!found) throw new ContainerNotFoundError(uuid);
    return found;
  }

  /**
   * For what only makes sense while its processes are there. Engines differ in what they answer otherwise, and when these end in the
   * middle of it they speak of themselves: of a closed connection, say.
   */
  async whileLive<T>(uuid: string, work: (container: EngineContainer, seen: Inspected) => Promise<T>): Promise<T> {
    const seen = await this.live(uuid);
    const before = seen.container;
    try {
      return await work(before, seen);
    } catch (error) {
      if (error instanceof EngineUnavailableError) await sleep(NOTES_END_MS);
      const { container: after } = await this.live(uuid);
      throw after.state.startedAt === before.state.startedAt ? error : notRunning(uuid);
    }
  }

  private async live(uuid: string): Promise<Inspected> {
    const seen = await this.own(uuid);
    const { phase } = seen.container.state;
    if (phase === 'running' || phase === 'paused') return seen;
    throw notRunning(uuid);
  }

  /** @param graceS seconds that it may take beyond the engine's own time */
  async verb<T>(uuid: string, run: Verb<T>, graceS = 0): Promise<T> {
    const { container } = await this.own(uuid);
    return this.on(container, run, graceS);
  }

  /** A verb that the engine refuses when its effect is already there; that is success. */
  async verbOrAlready(uuid: string, phases: readonly string[], run: Verb<unknown>): Promise<void> {
    const { container } = await this.own(uuid);
    if (phases.includes(container.state.phase)) return;
    try {
      await this.on(container, run);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { container: after } = await this.own(uuid);
      if (!phases.includes(after.state.phase)) throw error;
    }
  }

  /** Runs a verb on a container that was looked at already. */
  on<T>({ uuid, engineId }: EngineContainer, run: Verb<T>, graceS = 0): Promise<T> {
    const timeoutMs = this.options.timeoutMs + graceS * 1000;
    return this.client.call((docker, abortSignal) => run(docker.getContainer(engineId), abortSignal), { uuid, timeoutMs });
  }
}

function notRunning(uuid: string): EngineRefusedError {
  return new EngineRefusedError(`Container ${uuid} is not running.`, { errorClass: 'conflict', code: 'conflict' });
}
