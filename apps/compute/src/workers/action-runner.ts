import { Inject, Injectable } from '@nestjs/common';
import type { ActionFinished, CommittedImage, RunAction } from '@zun/contracts';
import { toDomainError, type TaskState } from '@zun/domain';
import { DiskQuota } from '../engine/disk-quota.js';
import { Patience } from '../engine/patience.js';
import { SuspendedError } from '../engine/stopping.js';
import { ImageProvider } from '../images/image-provider.js';
import { Sightings } from '../observer/sightings.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { Outbox } from '../reports/outbox.js';
import { Steps } from './steps.js';
import type { VerbContext } from './verb.js';
import { VERBS } from './verbs.js';

/** Progress of one kind is told at most so often. */
const PROGRESS_INTERVAL_MS = 500;

/** What a verb has said of itself by the time it ended. */
interface Ending {
  failure: string | null;
  leftNothing: boolean;
  leftAsItWas?: boolean;
  image?: CommittedImage;
}

/** Carries out one action from beginning to end. */
@Injectable()
export class ActionRunner {
  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Patience) private readonly patience: Patience,
    @Inject(ImageProvider) private readonly images: ImageProvider,
    @Inject(DiskQuota) private readonly diskQuota: DiskQuota,
    @Inject(Sightings) private readonly sightings: Sightings,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** @returns how it ended; null when the service stops before that, and the action waits for the next start */
  async run(message: RunAction, abandoned: AbortSignal): Promise<ActionFinished | null> {
    const steps = new Steps(this.parts.clock);
    try {
      const ending = await this.carryOut(message, steps, abandoned);
      const sighting = await this.patience.until(() => this.sightings.look(message.spec.uuid));
      const { host } = this.parts.options;
      const { actionId, spec } = message;
      const observation = this.sightings.report(sighting);
      return { host, actionId, containerUuid: spec.uuid, ...ending, observation, steps: steps.list };
    } catch (error) {
      if (error instanceof SuspendedError) return null;
      throw error;
    }
  }

  private async carryOut(message: RunAction, steps: Steps, abandoned: AbortSignal): Promise<Ending> {
    const ending: Ending = { failure: null, leftNothing: false };
    try {
      await VERBS[message.action](this.context(message, steps, ending, abandoned));
    } catch (error) {
      if (error instanceof SuspendedError) throw error;
      const known = toDomainError(error);
      const { action, actionId, requestId, spec } = message;
      const fields = { err: error, action, actionId, requestId, uuid: spec.uuid };
      if (known.errorClass === 'internal') this.parts.logger.error(fields, 'an action failed');
      else this.parts.logger.warn(fields, 'an action failed');
      ending.failure = known.detail;
    }
    return ending;
  }

  private context(message: RunAction, steps: Steps, ending: Ending, abandoned: AbortSignal): VerbContext {
    const { options, engine, network, volumes, logger } = this.parts;
    const patiently = <T>(work: () => Promise<T>): Promise<T> => this.patience.until(work);
    return {
      ...{ message, options, engine, network, volumes, logger, abandoned, images: this.images, diskQuota: this.diskQuota },
      patiently,
      step: (name, work) => steps.record(name, () => patiently(work)),
      progress: this.progressTeller(message),
      leftNothing: () => (ending.leftNothing = true),
      leftAsItWas: () => (ending.leftAsItWas = true),
      made: ({ id, sizeBytes }) => (ending.image = { id, sizeBytes }),
    };
  }

  private progressTeller({ actionId, spec }: RunAction): VerbContext['progress'] {
    const { clock, options } = this.parts;
    let told: { task: TaskState; at: number } | null = null;
    return (taskState, statusDetail) => {
      const now = clock.now();
      if (told && told.task === taskState && now - told.at < PROGRESS_INTERVAL_MS) return;
      told = { task: taskState, at: now };
      this.outbox.progressed({ host: options.host, actionId, containerUuid: spec.uuid, taskState, statusDetail });
    };
  }
}
