import { Inject, Injectable } from '@nestjs/common';
import type { PullOptions, RegistryCredentials } from '@zun/driver-api';
import {
  committedReference,
  EngineRefusedError,
  formatImageReference,
  glanceReference,
  parseImageReference,
  type ContainerSpec,
  type ImageReference,
} from '@zun/domain';
import { GlanceDownloads } from './glance-downloads.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { operatorCredentials } from './registry-credentials.js';

/** How long a registry that had no answer is not asked again for an image that is here anyway. */
const REMEMBER_FAILURE_MS = 5 * 60_000;
/** How long a committed image may take to appear. */
const COMMIT_WAIT_MS = 60_000;
const COMMIT_POLL_MS = 250;

/** Makes sure that the engine has a container's image. */
@Injectable()
export class ImageProvider {
  /** When the pull of a reference failed last, though the image was here. */
  private readonly failedAt = new Map<string, number>();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(GlanceDownloads) private readonly glance: GlanceDownloads,
  ) {}

  /**
   * Policy, as Zun's: `always` pulls, `ifnotpresent` pulls what is not here, `never` does not. Zun's default is `always`; it is ours too, only
   * that a pull which fails does no harm when the image is here and nobody asked for `always`: there may be no
   * registry within reach at all. That is not so for a registry that a tenant names: what another tenant pulled from there with a
   * password is not for all.
   * @returns the reference that the engine knows it by
   * @throws EngineRefusedError when it cannot be had; the reason of `signal` when that aborts
   */
  async provide(spec: ContainerSpec, options: Pick<PullOptions, 'signal' | 'onProgress'> = {}): Promise<string> {
    if (spec.glanceImage) return this.fromGlance(spec, spec.glanceImage, options);
    if (spec.committedImage) return this.committed(spec.image, spec.committedImage, options.signal);
    const { defaultRegistry } = this.parts.options;
    const parsed = parseImageReference(spec.image, spec.registry?.domain ?? defaultRegistry?.domain ?? null);
    const reference = formatImageReference(parsed);
    const pull = (): Promise<unknown> =>
      this.parts.engine.pullImage(reference, { ...options, credentials: this.credentials(spec, parsed) });
    switch (spec.imagePullPolicy) {
      case 'never':
        if (!(await this.isHere(reference))) throw neverPulled(spec.image);
        break;
      case 'ifnotpresent':
        if (!(await this.isHere(reference))) await pull();
        break;
      case null:
        await (this.isOfOperator(parsed) ? this.pullOrFallBack(reference, pull) : pull());
        break;
      default:
        await pull();
    }
    return reference;
  }

  /** What is here under a uuid of Glance is what Glance has; `always` has it asked whether it still gives it out. */
  private async fromGlance(
    { image, imagePullPolicy }: ContainerSpec,
    uuid: string,
    options: Pick<PullOptions, 'signal' | 'onProgress'>,
  ): Promise<string> {
    const reference = glanceReference(uuid);
    if (imagePullPolicy === 'always') await this.glance.demandActive(uuid);
    if (await this.isHere(reference)) return reference;
    if (imagePullPolicy === 'never') throw neverPulled(image);
    await this.glance.bring(uuid, options);
    return reference;
  }

  /** A tenant's own image comes from no registry. It may just be under way: who commits often runs at once. */
  private async committed(name: string, uuid: string, signal?: AbortSignal): Promise<string> {
    const reference = committedReference(uuid);
    for (let waited = 0; waited <= COMMIT_WAIT_MS; waited += COMMIT_POLL_MS) {
      if (await this.isHere(reference)) return reference;
      signal?.throwIfAborted();
      await this.parts.clock.sleep(COMMIT_POLL_MS, signal);
    }
    throw absent(`Image ${name}, committed as ${uuid}, is not on this host.`);
  }

  private async pullOrFallBack(reference: string, pull: () => Promise<unknown>): Promise<void> {
    const now = this.parts.clock.now();
    const failedAt = this.failedAt.get(reference);
    if (failedAt !== undefined && now - failedAt < REMEMBER_FAILURE_MS && (await this.isHere(reference))) return;
    this.failedAt.delete(reference);
    try {
      await pull();
    } catch (error) {
      if (!(error instanceof EngineRefusedError) || !(await this.isHere(reference))) throw error;
      this.failedAt.set(reference, now);
      this.parts.logger.warn({ err: error, image: reference }, 'the image could not be pulled: the one that is here is used');
    }
  }

  private isOfOperator({ registry }: ImageReference): boolean {
    return registry === null || registry === this.parts.options.defaultRegistry?.domain;
  }

  private async isHere(reference: string): Promise<boolean> {
    return (await this.parts.engine.inspectImage(reference)) !== null;
  }

  /** A password goes to its own registry only, whatever the reference says. */
  private credentials({ registry: own }: ContainerSpec, { registry }: ImageReference): RegistryCredentials | undefined {
    if (registry === null) return undefined;
    if (own?.domain === registry && own.username !== null) return { username: own.username, password: own.password ?? '' };
    return operatorCredentials(this.parts.options, registry);
  }
}

function neverPulled(image: string): EngineRefusedError {
  return absent(`Image ${image} is not present with pull policy of never.`);
}

function absent(detail: string): EngineRefusedError {
  return new EngineRefusedError(detail, { errorClass: 'invalid', code: 'image-not-found' });
}
