import { Inject, Injectable } from '@nestjs/common';
import type { PullOptions, RegistryCredentials } from '@zun/driver-api';
import {
  EngineRefusedError,
  formatImageReference,
  InvalidValueError,
  parseImageReference,
  type ContainerSpec,
  type ImageReference,
} from '@zun/domain';
import { PARTS, type ComputeParts } from '../parts.js';

/** How long a registry that had no answer is not asked again for an image that is here anyway. */
const REMEMBER_FAILURE_MS = 5 * 60_000;

/** Makes sure that the engine has a container's image. */
@Injectable()
export class ImageProvider {
  /** When the pull of a reference failed last, though the image was here. */
  private readonly failedAt = new Map<string, number>();

  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  /**
   * Policy, as Zun's: `always` pulls, `ifnotpresent` pulls what is not here, `never` does not. Zun's default is `always`; it is ours too, only
   * that a pull which fails does no harm when the image is here and nobody asked for `always`: there may be no
   * registry within reach at all.
   * @returns the reference that the engine knows it by
   * @throws EngineRefusedError when it cannot be had; the reason of `signal` when that aborts
   */
  async provide(spec: ContainerSpec, options: Pick<PullOptions, 'signal' | 'onProgress'> = {}): Promise<string> {
    if (spec.imageDriver !== 'docker')
      throw new InvalidValueError(`Image driver ${spec.imageDriver} is not served by this host.`);
    const parsed = parseImageReference(spec.image, this.parts.options.defaultRegistry?.domain ?? null);
    const reference = formatImageReference(parsed);
    const pull = (): Promise<unknown> =>
      this.parts.engine.pullImage(reference, { ...options, credentials: this.credentials(parsed) });
    switch (spec.imagePullPolicy) {
      case 'never':
        if (!(await this.isHere(reference))) throw absent(`Image ${spec.image} is not present with pull policy of never.`);
        break;
      case 'ifnotpresent':
        if (!(await this.isHere(reference))) await pull();
        break;
      case null:
        await this.pullOrFallBack(reference, pull);
        break;
      default:
        await pull();
    }
    return reference;
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

  private async isHere(reference: string): Promise<boolean> {
    return (await this.parts.engine.inspectImage(reference)) !== null;
  }

  private credentials({ registry }: ImageReference): RegistryCredentials | undefined {
    const configured = this.parts.options.defaultRegistry;
    return registry !== null && configured?.domain === registry ? (configured.credentials ?? undefined) : undefined;
  }
}

function absent(detail: string): EngineRefusedError {
  return new EngineRefusedError(detail, { errorClass: 'invalid', code: 'image-not-found' });
}
