import type { ContainerObservation } from '@zun/contracts';
import type { EngineContainer } from '@zun/driver-api';
import { observe, type Addresses } from '@zun/domain';

export interface ObservationFacts {
  readonly uuid: string;
  readonly version: number;
  readonly nowMs: number;
  readonly addresses: Addresses | null;
}

/** @param container null when the engine does not know it */
export function toObservation(container: EngineContainer | null, facts: ObservationFacts): ContainerObservation {
  return {
    uuid: facts.uuid,
    version: facts.version,
    state: observe(container?.state ?? null, facts.nowMs),
    startedAt: container?.state.startedAt ?? null,
    hostname: container?.hostname ?? null,
    command: container ? [...container.command] : null,
    entrypoint: container ? [...container.entrypoint] : null,
    ports: container ? [...container.ports] : null,
    runtime: container?.runtime ?? null,
    addresses: container ? facts.addresses : null,
  };
}
