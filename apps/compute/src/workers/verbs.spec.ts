import { actionFinished, type ActionParams, type RunAction } from '@zun/contracts';
import { EngineRefusedError, LOGGED_ACTIONS, type LoggedAction } from '@zun/domain';
import { makeSpec, type EngineVerb, type FaultKind } from '@zun/testing';
import { describe, expect, it } from 'vitest';
import { Harness, makeAction } from '../compute.harness.js';

/** One kind of action: what was there before, and how things are when it has been done, once. */
interface Case {
  readonly action: LoggedAction;
  readonly params?: ActionParams;
  /** Puts a container there. */
  readonly before: 'nothing' | 'created' | 'running' | 'paused' | 'stopped';
  readonly command?: readonly string[];
  readonly autoRemove?: boolean;
  /** Phase on the engine afterwards; null: gone. */
  readonly after: string | null;
  /** How often the container is started by it. */
  readonly starts: number;
  readonly steps: readonly string[];
  /** The engine's verb that does it. */
  readonly decisive: EngineVerb;
  /** Nothing on the engine tells the next process that it has been done: the one known case in which a kill repeats it. */
  readonly leavesNoTrace?: boolean;
}

const CREATE = 'compute__do_container_create';
const START = 'compute__do_container_start';
const REBUILD = 'compute__do_container_rebuild';

const CASES: Record<string, Case> = {
  create: { action: 'create', before: 'nothing', after: 'created', starts: 0, steps: [CREATE], decisive: 'create' },
  'create and start': {
    ...{ action: 'create', params: { run: true }, before: 'nothing', after: 'running', starts: 1 },
    ...{ steps: [CREATE, START], decisive: 'create' },
  },
  'create and start what ends at once': {
    ...{ action: 'create', params: { run: true }, command: ['true'], before: 'nothing', after: 'exited', starts: 1 },
    ...{ steps: [CREATE, START], decisive: 'create' },
  },
  'create and start what removes itself': {
    ...{
      action: 'create',
      params: { run: true },
      command: ['true'],
      autoRemove: true,
      before: 'nothing',
      after: null,
      starts: 1,
    },
    ...{ steps: [CREATE, START], decisive: 'create', leavesNoTrace: true },
  },
  'start what was never started': {
    ...{ action: 'start', before: 'created', after: 'running', starts: 1, steps: [START], decisive: 'start' },
  },
  'start what was stopped': {
    action: 'start',
    before: 'stopped',
    after: 'running',
    starts: 1,
    steps: [START],
    decisive: 'start',
  },
  'start what ends at once': {
    ...{ action: 'start', command: ['true'], before: 'created', after: 'exited', starts: 1, steps: [START], decisive: 'start' },
  },
  stop: {
    action: 'stop',
    before: 'running',
    after: 'exited',
    starts: 0,
    steps: ['compute__do_container_stop'],
    decisive: 'stop',
  },
  reboot: {
    ...{ action: 'reboot', before: 'running', after: 'running', starts: 1 },
    ...{ steps: ['compute__do_container_reboot'], decisive: 'restart' },
  },
  'reboot what is stopped': {
    ...{ action: 'reboot', before: 'stopped', after: 'running', starts: 1 },
    ...{ steps: ['compute__do_container_reboot'], decisive: 'restart' },
  },
  pause: {
    ...{ action: 'pause', before: 'running', after: 'paused', starts: 0 },
    ...{ steps: ['compute__do_container_pause'], decisive: 'pause' },
  },
  unpause: {
    ...{ action: 'unpause', before: 'paused', after: 'running', starts: 0 },
    ...{ steps: ['compute__do_container_unpause'], decisive: 'unpause' },
  },
  kill: {
    action: 'kill',
    before: 'running',
    after: 'exited',
    starts: 0,
    steps: ['compute__do_container_kill'],
    decisive: 'kill',
  },
  commit: {
    ...{ action: 'commit', before: 'running', after: 'running', starts: 0 },
    params: { commit: { imageUuid: '1c7c5b4e-6a52-4d8e-9a43-0b8b5b9f6c11', repo: 'words', tag: 'v1' } },
    ...{ steps: ['compute__do_container_commit'], decisive: 'commit' },
  },
  rebuild: {
    ...{ action: 'rebuild', params: { run: false }, before: 'stopped', after: 'created', starts: 0 },
    ...{ steps: [REBUILD], decisive: 'create' },
  },
  'rebuild and start': {
    ...{ action: 'rebuild', params: { run: true }, before: 'running', after: 'running', starts: 1 },
    ...{ steps: [REBUILD, START], decisive: 'create' },
  },
  'rebuild what was never started': {
    ...{ action: 'rebuild', params: { run: false }, before: 'created', after: 'created', starts: 0 },
    ...{ steps: [REBUILD], decisive: 'create' },
  },
  'rebuild and start what has vanished': {
    ...{ action: 'rebuild', params: { run: true }, before: 'nothing', after: 'running', starts: 1 },
    ...{ steps: [REBUILD, START], decisive: 'create' },
  },
  'rebuild and start what ends at once': {
    ...{ action: 'rebuild', params: { run: true }, command: ['true'], before: 'stopped', after: 'exited', starts: 1 },
    ...{ steps: [REBUILD, START], decisive: 'create' },
  },
  'rebuild and start what removes itself': {
    ...{
      action: 'rebuild',
      params: { run: true },
      command: ['true'],
      autoRemove: true,
      before: 'created',
      after: null,
      starts: 1,
    },
    ...{ steps: [REBUILD, START], decisive: 'create', leavesNoTrace: true },
  },
  'network_attach to what runs': {
    ...{ action: 'network_attach', params: { network: { network: 'n2' } }, before: 'running', after: 'running', starts: 0 },
    ...{ steps: ['compute__do_network_attach'], decisive: 'connect' },
  },
  'network_attach to what was never started': {
    ...{ action: 'network_attach', params: { network: { network: 'n2' } }, before: 'created', after: 'created', starts: 0 },
    ...{ steps: ['compute__do_network_attach'], decisive: 'connect' },
  },
  network_detach: {
    ...{ action: 'network_detach', params: { network: { network: 'zun-p1' } }, before: 'running', after: 'running', starts: 0 },
    ...{ steps: ['compute__do_network_detach'], decisive: 'disconnect' },
  },
  update: {
    ...{ action: 'update', params: { cpu: 2, memoryMib: 64 }, before: 'running', after: 'running', starts: 0 },
    ...{ steps: [], decisive: 'updateResources' },
  },
  delete: { action: 'delete', before: 'stopped', after: null, starts: 0, steps: [], decisive: 'remove' },
  'delete what runs after all, with a stop before': {
    ...{ action: 'delete', params: { timeoutS: 1 }, before: 'running', after: null, starts: 0, steps: [], decisive: 'remove' },
  },
  'delete what is not there, with a stop before': {
    ...{ action: 'delete', params: { timeoutS: 1 }, before: 'nothing', after: null, starts: 0, steps: [], decisive: 'remove' },
  },
  'delete what runs, by force': {
    ...{ action: 'delete', params: { force: true }, before: 'running', after: null, starts: 0, steps: [], decisive: 'remove' },
  },
};

/** A harness with the container of a case as it was before, and the action to be done. */
async function arrange(wanted: Case): Promise<{ harness: Harness; message: RunAction; startsBefore: number }> {
  const harness = await Harness.start();
  const spec = makeSpec({ command: wanted.command ?? ['sleep', '600'], autoRemove: wanted.autoRemove ?? false });
  const { engine } = harness;
  harness.world.registry.set('busybox:latest', { id: 'sha256:busybox', command: ['sh'], entrypoint: [], bytes: 1024 });
  if (wanted.before !== 'nothing') {
    const networks = await harness.network.prepare(spec);
    await engine.create(spec, { image: 'busybox:latest', networks, defaultRuntime: null });
    if (wanted.before !== 'created') await engine.start(spec.uuid);
    if (wanted.before === 'stopped') await engine.stop(spec.uuid, 1);
    if (wanted.before === 'paused') await engine.pause(spec.uuid);
  }
  const baselineStartedAt = (await engine.inspect(spec.uuid))?.state.startedAt ?? null;
  const startsBefore = harness.world.starts.get(spec.uuid) ?? 0;
  engine.calls.length = 0;
  return { harness, message: makeAction(wanted.action, { spec, params: wanted.params ?? {}, baselineStartedAt }), startsBefore };
}

function expectDone(wanted: Case, harness: Harness, message: RunAction, startsBefore: number): void {
  const { uuid } = message.spec;
  expect(harness.world.containers.get(uuid)?.state.phase ?? null).toBe(wanted.after);
  expect((harness.world.starts.get(uuid) ?? 0) - startsBefore).toBe(wanted.starts);
  expect(harness.network.holders.has(uuid)).toBe(wanted.action !== 'delete');
}

/** The verbs that carrying it out calls, in order, as a fresh run shows. */
async function callsOf(wanted: Case): Promise<EngineVerb[]> {
  const { harness, message } = await arrange(wanted);
  await harness.run(message);
  return harness.engine.calls.map((call) => call.split(' ')[0] as EngineVerb);
}

/** Lets the call number `index` fail, and no other. */
function failCall(harness: Harness, calls: readonly EngineVerb[], index: number, kind: FaultKind): void {
  const verb = calls[index]!;
  for (const earlier of calls.slice(0, index)) if (earlier === verb) harness.engine.faults.inject(verb, { kind: 'none' });
  harness.engine.faults.inject(verb, { kind });
}

describe.each(Object.entries(CASES))('%s', (_, wanted) => {
  it('fresh: is done once, with its steps and what is seen afterwards', async () => {
    const { harness, message, startsBefore } = await arrange(wanted);
    const outcome = await harness.run(message);
    expectDone(wanted, harness, message, startsBefore);
    expect(outcome).toMatchObject({ failure: null, leftNothing: false, containerUuid: message.spec.uuid });
    expect(outcome.steps.map(({ name, result }) => [name, result])).toEqual(wanted.steps.map((name) => [name, 'Success']));
    expect(outcome.observation!.state.status === 'missing').toBe(wanted.after === null);
  });

  it('repeated: is not done again, but its end is told again', async () => {
    const { harness, message, startsBefore } = await arrange(wanted);
    await harness.run(message);
    const calls = harness.engine.calls.length;
    harness.transport.sent.length = 0;
    const again = await harness.run(message);
    expect(again.failure).toBeNull();
    expect(harness.engine.calls).toHaveLength(calls);
    expectDone(wanted, harness, message, startsBefore);
  });

  it.each<FaultKind>(['unavailable', 'lost-reply'])(
    'engine away at any call (%s): is done once when it is back',
    async (kind) => {
      const calls = await callsOf(wanted);
      for (const index of calls.keys()) {
        const { harness, message, startsBefore } = await arrange(wanted);
        failCall(harness, calls, index, kind);
        const outcome = await harness.run(message);
        expect(outcome.failure, `call ${index}, ${calls[index]}`).toBeNull();
        expectDone(wanted, harness, message, startsBefore);
      }
    },
  );

  it.each<FaultKind>(['held', 'silent'])('killed at any call (%s): the next process does what is left', async (kind) => {
    const calls = await callsOf(wanted);
    for (const index of calls.keys()) {
      const { harness, message, startsBefore } = await arrange(wanted);
      failCall(harness, calls, index, kind);
      harness.accept(message);
      await harness.clock.advance(1_000);
      await harness.kill();
      const next = await Harness.start({}, harness);
      const outcome = await next.run(message);
      expect(outcome.failure, `call ${index}, ${calls[index]}`).toBeNull();
      const starts = harness.world.starts.get(message.spec.uuid) ?? 0;
      if (wanted.leavesNoTrace) expect(starts).toBeLessThanOrEqual(2);
      else expectDone(wanted, next, message, startsBefore);
    }
  });

  it('engine down for a while: waits, and is done when it is back', async () => {
    const { harness, message, startsBefore } = await arrange(wanted);
    harness.world.goDown();
    harness.accept(message);
    await harness.clock.advance(60_000);
    expect(harness.transport.of(actionFinished)).toEqual([]);
    harness.world.comeBack();
    expect((await harness.untilFinished(message.actionId)).failure).toBeNull();
    expectDone(wanted, harness, message, startsBefore);
  });

  it('engine refuses: fails with its sentence, unless forced', async () => {
    const { harness, message } = await arrange(wanted);
    const error = new EngineRefusedError('no, says the engine');
    harness.engine.faults.inject(wanted.decisive, { kind: 'refused', error });
    const outcome = await harness.run(message);
    expect(outcome.failure).toBe(wanted.params?.force ? null : 'no, says the engine');
    if (wanted.steps.length > 0) {
      expect(outcome.steps.at(-1)).toMatchObject({ result: 'Error', traceback: expect.stringContaining('no, says') as string });
    }
  });
});

it('every action has a case', () => {
  expect(new Set(Object.values(CASES).map(({ action }) => action))).toEqual(new Set(LOGGED_ACTIONS));
});
