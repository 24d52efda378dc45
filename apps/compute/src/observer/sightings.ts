import { Inject, Injectable } from '@nestjs/common';
import type { ContainerObservation } from '@zun/contracts';
import type { EngineContainer } from '@zun/driver-api';
import { PARTS, type ComputeParts } from '../parts.js';
import { toObservation } from '../reports/observation.js';
import { VersionClock } from '../reports/version-clock.js';

/** One look at one container. */
export interface Sighting {
  readonly uuid: string;
  /** Taken before the look: of two looks, the later one has the greater version. */
  readonly version: number;
  /** Null: the engine does not know it. */
  readonly container: EngineContainer | null;
}

/** Looks at containers, and remembers what of them was reported last. */
@Injectable()
export class Sightings {
  private readonly reported = new Map<string, Sighting>();

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(VersionClock) private readonly versions: VersionClock,
  ) {}

  /** @throws EngineUnavailableError */
  async look(uuid: string): Promise<Sighting> {
    const version = this.versions.next();
    return { uuid, version, container: await this.parts.engine.inspect(uuid) };
  }

  /** @throws EngineUnavailableError */
  async lookAtAll(): Promise<Sighting[]> {
    const version = this.versions.next();
    const containers = await this.parts.engine.list();
    return containers.map((container) => ({ uuid: container.uuid, version, container }));
  }

  /** What was reported last of each container that is thought to be here. */
  get lastReported(): ReadonlyMap<string, Sighting> {
    return this.reported;
  }

  /** @returns the sighting as it is reported, and takes it for reported */
  report(sighting: Sighting): ContainerObservation {
    if (sighting.container) this.reported.set(sighting.uuid, sighting);
    else this.reported.delete(sighting.uuid);
    const { uuid, version, container } = sighting;
    const addresses = container && this.parts.network.describe({ uuid }, container.networks);
    return toObservation(container, { uuid, version, addresses, nowMs: this.parts.clock.now() });
  }
}
