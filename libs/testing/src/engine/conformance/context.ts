import type { ContainerEngine, EngineContainer, LogOptions } from '@zun/driver-api';
import type { ContainerSpec } from '@zun/domain';
import { afterEach, beforeAll, expect } from 'vitest';
import { makeSpec } from '../../make-spec.js';
import type { EngineUnderTest } from './engine-under-test.js';

/** Both streams of a log, whole and without times. */
export const LOGS = { stdout: true, stderr: true, timestamps: false, tail: null, since: null };
/** A command that says a line on each stream and ends with 3. */
export const SPEAKS = ['sh', '-c', 'echo out; echo err >&2; exit 3'];

/** What the cases of the suite share. `subject` and `engine` are there from `beforeAll` on. */
export interface ConformanceContext {
  readonly subject: EngineUnderTest;
  readonly engine: ContainerEngine;
  /** Uuids of containers to be removed after the case. */
  readonly made: Set<string>;
  /** Makes a container, by the engine or by another host's. */
  readonly create: (over?: Partial<ContainerSpec>, by?: ContainerEngine) => Promise<EngineContainer>;
  /** Makes and starts one. @returns its uuid */
  readonly run: (over?: Partial<ContainerSpec>) => Promise<string>;
  /** @throws Error when it is not there */
  readonly look: (uuid: string) => Promise<EngineContainer>;
  /** Waits for the phase, 10 seconds at most. */
  readonly untilPhase: (uuid: string, phase: EngineContainer['state']['phase']) => Promise<EngineContainer>;
  readonly readLog: (uuid: string, over?: Partial<LogOptions>) => Promise<string>;
}

/** Registers the hooks that make the engine before all cases and remove its containers after each. */
export function conformanceContext(make: () => Promise<EngineUnderTest>): ConformanceContext {
  let subject: EngineUnderTest;
  const made = new Set<string>();

  beforeAll(async () => {
    subject = await make();
  });
  afterEach(async () => {
    const { engine, other } = subject;
    for (const uuid of made) await Promise.all([engine.remove(uuid, true), other.remove(uuid, true)]);
    made.clear();
  });

  async function create(over: Partial<ContainerSpec> = {}, by: ContainerEngine = subject.engine): Promise<EngineContainer> {
    const spec = makeSpec(over);
    made.add(spec.uuid);
    await by.create(spec, { image: subject.image, networks: [], defaultRuntime: null });
    const container = await by.inspect(spec.uuid);
    if (!container) throw new Error(`container ${spec.uuid} is not there`);
    return container;
  }
  async function run(over: Partial<ContainerSpec> = {}): Promise<string> {
    const { uuid } = await create(over);
    await subject.engine.start(uuid);
    return uuid;
  }
  async function look(uuid: string): Promise<EngineContainer> {
    const seen = await subject.engine.inspect(uuid);
    if (!seen) throw new Error(`container ${uuid} is not there`);
    return seen;
  }
  async function untilPhase(uuid: string, phase: EngineContainer['state']['phase']): Promise<EngineContainer> {
    await expect.poll(async () => (await look(uuid)).state.phase, { timeout: 10_000 }).toBe(phase);
    return look(uuid);
  }
  async function readLog(uuid: string, over: Partial<LogOptions> = {}): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of await subject.engine.logs(uuid, { ...LOGS, ...over })) parts.push(part);
    return Buffer.concat(parts).toString();
  }

  return {
    get subject() {
      return subject;
    },
    get engine() {
      return subject.engine;
    },
    made,
    create,
    run,
    look,
    untilPhase,
    readLog,
  };
}

/** Matches an error of that class. */
export const refusal = (errorClass: string): unknown => expect.objectContaining({ errorClass });

/** A rule's name, with the reason why an engine does not keep it. */
export function named(rule: string, lack: string | undefined): string {
  return lack ? `${rule} (${lack})` : rule;
}
