import type { CommittedImage, RunAction } from '@zun/contracts';
import type { ContainerEngine, EngineContainer, NetworkDriver, VolumeDriver } from '@zun/driver-api';
import { ContainerNotFoundError, type TaskState } from '@zun/domain';
import type { Logger } from '@zun/telemetry';
import type { DiskQuota } from '../engine/disk-quota.js';
import type { ImageProvider } from '../images/image-provider.js';
import type { ComputeOptions } from '../options.js';

/** One action under way, and everything that carrying it out needs. */
export interface VerbContext {
  readonly message: RunAction;
  readonly options: ComputeOptions;
  readonly engine: ContainerEngine;
  readonly network: NetworkDriver;
  readonly volumes: VolumeDriver;
  readonly images: ImageProvider;
  readonly diskQuota: DiskQuota;
  readonly logger: Logger;
  /** Aborts when a delete of the same container has come, or the service stops: what takes long is given up. */
  readonly abandoned: AbortSignal;
  /**
   * Does `work` as a named step. While the engine is away it is done again, so it must look first what was done already: by an
   * earlier try, by the service before it was killed.
   */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The same, without a trace in the action's events. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Tells the tenant what is going on. */
  progress(taskState: TaskState, statusDetail: string | null): void;
  /** Says that a failed create has left nothing of the container here. */
  leftNothing(): void;
  /** Says that a failed rebuild has not touched the container that was there. */
  leftAsItWas(): void;
  /** Says which image a commit has made. */
  made(image: CommittedImage): void;
}

/** Carries out one kind of action. Rejects with the reason when it fails. */
export type Verb = (context: VerbContext) => Promise<void>;

/** @throws ContainerNotFoundError when the engine does not know it */
export async function lookAt({ engine, message }: VerbContext): Promise<EngineContainer> {
  const container = await engine.inspect(message.spec.uuid);
  if (!container) throw new ContainerNotFoundError(message.spec.uuid);
  return container;
}

/**
 * Has a start or reboot been done already? It has when the container was started after the moment at which the action was
 * accepted. Compared to the millisecond: stores may keep no more.
 */
export function wasStartedSince(container: EngineContainer, baseline: string | null): boolean {
  const { startedAt } = container.state;
  if (startedAt === null) return false;
  return baseline === null || Date.parse(startedAt) > Date.parse(baseline);
}

/** Seconds between asking a process to end and killing it. */
export const DEFAULT_GRACE_S = 10;
