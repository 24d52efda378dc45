import { NestFactory } from '@nestjs/core';
import { actionFinished, imageSettled, type ActionFinished, type ImageSettled, type RunAction, RunActions } from '@zun/contracts';
import type { LoggedAction } from '@zun/domain';
import { fixedToken } from '@zun/openstack';
import { silentLogger } from '@zun/telemetry';
import {
  FakeClock,
  FakeEngine,
  FakeGlance,
  FakeNetworkDriver,
  FakeVolumeDriver,
  FakeWorld,
  makeSpec,
  RecordingTransport,
  SERVICE,
  settle,
} from '@zun/testing';
import type { Type } from '@nestjs/common';
import { ComputeModule } from './compute.module.js';
import { Stopping } from './engine/stopping.js';
import type { ComputeOptions } from './options.js';
import { ContainerWorkers } from './workers/container-workers.js';

export const HOST = 'host-a';
/** What the service shows to Glance. */
const OWN_TOKEN = 'own';

/** Options of a service under test. */
export function makeOptions(over: Partial<ComputeOptions> = {}): ComputeOptions {
  const policy = { total: null, reserved: 0, ratio: 1 };
  return {
    host: HOST,
    availabilityZone: 'nova',
    defaultRuntime: 'runc',
    defaultDiskGib: 0,
    memorySwap: -1,
    executeTimeoutMs: 5_000,
    defaultRegistry: null,
    heartbeatMs: 10_000,
    relistMs: 60_000,
    danglingMs: 60_000,
    inventory: { cpu: policy, memoryMib: policy, diskGib: policy, reserveDiskForImages: 0.2, floatingCpus: null, labels: {} },
    ...over,
  };
}

let actionIds = 0;

/** A valid action; a test sets only what matters. */
export function makeAction(action: LoggedAction, over: Partial<RunAction> = {}): RunAction {
  const actionId = ++actionIds;
  return { actionId, action, requestId: `req-${actionId}`, params: {}, spec: makeSpec(), baselineStartedAt: null, ...over };
}

/** A compute service on a fake engine, transport, network and clock; its loops run only when a test runs them. */
export class Harness {
  readonly clock = new FakeClock();
  readonly transport = new RecordingTransport();
  readonly network: FakeNetworkDriver;
  readonly volumes: FakeVolumeDriver;
  readonly engine: FakeEngine;
  readonly glance: FakeGlance;

  private constructor(
    readonly world: FakeWorld,
    network: FakeNetworkDriver,
    volumes: FakeVolumeDriver,
    glance: FakeGlance,
  ) {
    this.glance = glance;
    this.network = network;
    this.volumes = volumes;
    this.engine = new FakeEngine({ host: HOST, world, clock: this.clock });
  }

  /** @param before one whose process was killed: the engine and its networks are still as it left them */
  static async start(options: Partial<ComputeOptions> = {}, before?: Harness): Promise<Harness> {
    const harness = new Harness(
      before?.world ?? new FakeWorld(),
      before?.network ?? new FakeNetworkDriver(),
      before?.volumes ?? new FakeVolumeDriver(),
      before?.glance ?? new FakeGlance(),
    );
    const { clock, transport, network, volumes, engine } = harness;
    harness.glance.projects.set(OWN_TOKEN, SERVICE);
    const glance = harness.glance.as(fixedToken(OWN_TOKEN));
    const parts = { options: makeOptions(options), clock, transport, network, volumes, engine, glance, logger: silentLogger };
    const app = await NestFactory.createApplicationContext(ComputeModule.register(parts), { logger: false, abortOnError: false });
    harness.get = (type) => app.get(type);
    return harness;
  }

  /** One of the service's own parts. */
  get!: <T>(type: Type<T>) => T;

  /** Hands one action over, as it is written down now. */
  accept(message: RunAction): void {
    this.acceptAll({ actions: [message], newestActionId: actionIds });
  }

  acceptAll(message: RunActions): void {
    this.get(ContainerWorkers).accept(message);
  }

  /** Takes an action on and lets time pass until it has ended. */
  async run(message: RunAction): Promise<ActionFinished> {
    this.accept(message);
    return this.untilFinished(message.actionId);
  }

  async untilFinished(actionId: number): Promise<ActionFinished> {
    for (let tries = 0; tries < 100; tries++) {
      const outcome = this.transport.of(actionFinished).find((finished) => finished.actionId === actionId);
      if (outcome) return outcome;
      await this.clock.advance(500);
    }
    throw new Error(`action ${actionId} has not ended; the engine was asked: ${this.engine.calls.join(', ')}`);
  }

  /** Lets time pass until so many wishes about images have ended. @returns how the last one did */
  async untilImagesSettled(count: number, tries = 50): Promise<ImageSettled> {
    await settle();
    const reports = (): ImageSettled[] => this.transport.of(imageSettled);
    for (let tried = 0; tried < tries && reports().length < count; tried++) await this.clock.advance(500);
    const last = reports().at(-1);
    if (reports().length === count && last) return last;
    throw new Error(`${reports().length} wishes about images have ended, not ${count}`);
  }

  /** The process is gone, whatever it was about to do. */
  async kill(): Promise<void> {
    this.get(Stopping).begin();
    await settle();
  }
}
