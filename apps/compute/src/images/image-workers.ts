import { Inject, Injectable } from '@nestjs/common';
import type { EnsureImage, ImageSettled } from '@zun/contracts';
import {
  EngineRefusedError,
  formatImageReference,
  isReservedReference,
  parseImageReference,
  toDomainError,
  type ImageReference,
} from '@zun/domain';
import { Patience } from '../engine/patience.js';
import { Stopping, SuspendedError } from '../engine/stopping.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { Outbox } from '../reports/outbox.js';
import { GlanceDownloads } from './glance-downloads.js';
import { GlanceUploads } from './glance-uploads.js';
import { pullText } from './pull-text.js';
import { operatorCredentials } from './registry-credentials.js';

/** Progress is told at most so often. */
const PROGRESS_INTERVAL_MS = 500;
/** Ended wishes that are remembered, to report them again when asked again. */
const REMEMBERED = 1_000;

type Found = Pick<ImageSettled, 'imageId' | 'sizeBytes' | 'wasThere'>;

const NOTHING: Found = { imageId: null, sizeBytes: null, wasThere: true };

/** A newer wish about the same image came: the one under way is given up, and not reported. */
class OvertakenError extends Error {}

interface Job {
  readonly wish: EnsureImage;
  readonly abandon: AbortController;
  ended: Promise<void>;
  report: ImageSettled | null;
  /** Whether the engine had the image before this host's first pull of it; null: not known. */
  wasThere: boolean | null;
}

/**
 * Pulls and removes images, and brings those that were committed for it to Glance; of one image one thing at a time, the newest wish last. Nothing is kept on disk: after a kill the schedulers
 * tell of every wish without an end again, and pulling or removing again does no harm.
 */
@Injectable()
export class ImageWorkers {
  private readonly jobs = new Map<string, Job>();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(Patience) private readonly patience: Patience,
    @Inject(Stopping) private readonly stopping: Stopping,
    @Inject(GlanceDownloads) private readonly downloads: GlanceDownloads,
    @Inject(GlanceUploads) private readonly uploads: GlanceUploads,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Takes a wish on. One that is under way, or was overtaken, is ignored; one that has ended is reported again. */
  accept(wish: EnsureImage): void {
    const before = this.jobs.get(wish.uuid);
    if (before && before.wish.revision >= wish.revision) {
      if (before.wish.revision === wish.revision && before.report) this.outbox.imageSettled(before.report, wish.requestId);
      return;
    }
    before?.abandon.abort(new OvertakenError());
    const job: Job = { wish, abandon: new AbortController(), ended: Promise.resolve(), report: null, wasThere: null };
    this.jobs.set(wish.uuid, job);
    job.ended = this.follow(job, before);
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    await Promise.all([...this.jobs.values()].map(({ ended }) => ended));
  }

  private async follow(job: Job, before: Job | undefined): Promise<void> {
    await before?.ended;
    job.wasThere = before?.wasThere ?? null;
    const { wish } = job;
    try {
      job.report = await this.carryOut(job);
      this.outbox.imageSettled(job.report, wish.requestId);
      this.forget();
    } catch (error) {
      if (error instanceof OvertakenError || error instanceof SuspendedError) return;
      this.parts.logger.error({ err: error, imageUuid: wish.uuid }, 'a wish about an image broke; it will be handed out again');
      this.jobs.delete(wish.uuid);
    }
  }

  private async carryOut(job: Job): Promise<ImageSettled> {
    const { uuid, revision, kind, reference, requestId } = job.wish;
    const report = { host: this.parts.options.host, uuid, revision };
    try {
      return { ...report, failure: null, ...(await this.fulfil(job)) };
    } catch (error) {
      if (error instanceof OvertakenError || error instanceof SuspendedError) throw error;
      const known = toDomainError(error);
      this.parts.logger.warn(
        { err: error, imageUuid: uuid, reference, requestId, kind },
        'a wish about an image came to nothing',
      );
      return { ...report, failure: known.detail, ...NOTHING };
    }
  }

  private async fulfil(job: Job): Promise<Found> {
    const { kind, glanceImage } = job.wish;
    if (kind === 'present') return this.pull(job);
    if (kind === 'absent') return this.remove(job);
    if (!glanceImage) throw new Error(`an image that is to be ${kind} is one of Glance`);
    await this.uploads[kind === 'published' ? 'publish' : 'discard'](glanceImage, this.signalOf(job));
    return NOTHING;
  }

  private async pull(job: Job): Promise<Found> {
    const { engine } = this.parts;
    const { glanceImage } = job.wish;
    const { parsed, reference } = this.resolve(job);
    if (isReservedReference(parsed) && !glanceImage) return this.lookFor(reference);
    const options = { signal: this.signalOf(job), onProgress: this.progressTeller(job) };
    const credentials = operatorCredentials(this.parts.options, parsed.registry);
    // What is here before the first try is not ours to remove. After a kill in between this errs on the side of keeping it.
    job.wasThere ??= (await this.patience.until(() => engine.inspectImage(reference))) !== null;
    const { id, sizeBytes } = await this.patience.until(() =>
      glanceImage ? this.downloads.bring(glanceImage, options) : engine.pullImage(reference, { ...options, credentials }),
    );
    return { imageId: id, sizeBytes, wasThere: job.wasThere };
  }

  /** A committed image comes from nowhere: it is here, or it was never made. */
  private async lookFor(reference: string): Promise<Found> {
    const image = await this.patience.until(() => this.parts.engine.inspectImage(reference));
    if (!image) throw new EngineRefusedError('The image was not made.', { errorClass: 'invalid', code: 'image-not-found' });
    return { imageId: image.id, sizeBytes: image.sizeBytes, wasThere: false };
  }

  private async remove(job: Job): Promise<Found> {
    if (!job.wish.isOurs && job.wasThere !== false) return NOTHING;
    const { reference } = this.resolve(job);
    await this.patience.until(() => this.parts.engine.removeImage(reference));
    return NOTHING;
  }

  private resolve({ wish }: Job): { parsed: ImageReference; reference: string } {
    const plain = parseImageReference(wish.reference, null);
    if (isReservedReference(plain)) return { parsed: plain, reference: wish.reference };
    const parsed = parseImageReference(wish.reference, this.parts.options.defaultRegistry?.domain ?? null);
    return { parsed, reference: formatImageReference(parsed) };
  }

  private signalOf({ abandon }: Job): AbortSignal {
    return AbortSignal.any([abandon.signal, this.stopping.signal]);
  }

  private progressTeller({ wish }: Job): (progress: { currentBytes: number; totalBytes: number }) => void {
    const { clock, options } = this.parts;
    let toldAt = -Infinity;
    return (progress) => {
      const now = clock.now();
      if (now - toldAt < PROGRESS_INTERVAL_MS) return;
      toldAt = now;
      const { uuid, revision, reference } = wish;
      this.outbox.imageProgressed({ host: options.host, uuid, revision, detail: pullText(reference, progress) });
    };
  }

  private forget(): void {
    for (const [uuid, { report }] of this.jobs) {
      if (this.jobs.size <= REMEMBERED) return;
      if (report) this.jobs.delete(uuid);
    }
  }
}
