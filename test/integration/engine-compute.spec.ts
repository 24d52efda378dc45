import { makeConfig } from '@zun/config';
import { startCompute, type RunningCompute } from '@zun/compute';
import {
  actionFinished,
  computeOn,
  containersObserved,
  executeCommand,
  getLogs,
  getStats,
  getTop,
  hostReport,
  runActions,
  type ActionFinished,
  type RunAction,
} from '@zun/contracts';
import type { LoggedAction } from '@zun/domain';
import { silentLogger } from '@zun/telemetry';
import { makeSpec } from '@zun/testing';
import { MemoryTransport } from '@zun/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeScheduler } from './fake-scheduler.js';
import { PrivateDocker } from './private-docker.js';
import { ensureBusybox } from './real-engine.js';
import { StreamServer } from './stream-server.js';

const HOST = 'compute-test';
const TIMEOUT = { timeoutMs: 10_000 };

/** The compute service on a real engine of its own; only the scheduler is a stand-in. */
describe('compute service on a real engine', () => {
  const docker = new PrivateDocker();
  const transport = new MemoryTransport(silentLogger);
  const scheduler = new FakeScheduler(transport);
  const streams = new StreamServer();
  let compute: RunningCompute;
  let actionIds = 0;

  const start = async (): Promise<void> => {
    const config = makeConfig({ DEFAULT: { host: HOST, default_disk: 0 }, docker: { api_url: docker.apiUrl } });
    compute = await startCompute(config, transport, silentLogger);
  };
  const makeAction = (action: LoggedAction, over: Partial<RunAction> = {}): RunAction => {
    const actionId = ++actionIds;
    return { actionId, action, requestId: `req-${actionId}`, params: {}, spec: makeSpec(), baselineStartedAt: null, ...over };
  };
  const send = (message: RunAction): Promise<void> =>
    transport.send(computeOn(HOST), runActions, { actions: [message], newestActionId: actionIds });
  const run = async (message: RunAction): Promise<ActionFinished> => {
    await send(message);
    return scheduler.untilFinished(message.actionId);
  };

  beforeAll(async () => {
    await docker.start();
    await ensureBusybox(docker.apiUrl);
    await scheduler.serve();
    await streams.start();
    await start();
  });
  afterAll(async () => {
    await compute.close();
    await streams.stop();
    await transport.close();
    await docker.stop();
  });

  it('reports its host', async () => {
    await expect.poll(() => scheduler.of(hostReport).at(-1)).toMatchObject({ host: HOST, engineUp: true });
    expect(scheduler.of(hostReport).at(-1)!.inventory!.limits.memoryMib).toBeGreaterThan(0);
  });

  it('gives a container its whole life', async () => {
    const at = computeOn(HOST);
    const spec = makeSpec({ command: ['sh', '-c', 'echo hello; sleep 600'], hostname: 'box', memoryMib: 64 });
    const { uuid } = spec;
    const created = await run(makeAction('create', { spec, params: { run: true } }));
    expect(created).toMatchObject({ failure: null, observation: { state: { status: 'Running' }, hostname: 'box' } });
    const [addresses] = Object.values(created.observation!.addresses!);
    expect(addresses![0]!.addr).toMatch(/^10\.20[0-3]\./);

    const wanted = { uuid, stdout: true, stderr: true, timestamps: false, tail: null, since: null };
    const readLog = (): Promise<string> =>
      streams.receiveText((stream) => transport.request(at, getLogs, { ...wanted, stream }, TIMEOUT));
    await expect.poll(readLog).toBe('hello\n');
    const asked = { uuid, command: `sh -c 'hostname; exit 4'`, interactive: false };
    expect(await transport.request(at, executeCommand, asked, TIMEOUT)).toEqual({ output: 'box\n', exitCode: 4 });
    expect((await transport.request(at, getTop, { uuid, psArgs: null }, TIMEOUT)).processes.length).toBeGreaterThan(0);
    expect((await transport.request(at, getStats, { uuid }, TIMEOUT)).memoryLimitBytes).toBe(64 * 1024 ** 2);

    for (const [action, status] of [
      ['pause', 'Paused'],
      ['unpause', 'Running'],
      ['kill', 'Stopped'],
      ['start', 'Running'],
      ['reboot', 'Running'],
      ['stop', 'Stopped'],
    ] as const) {
      const baselineStartedAt = scheduler.startedAt(uuid);
      const outcome = await run(makeAction(action, { spec, baselineStartedAt, params: { timeoutS: 1 } }));
      expect(outcome, action).toMatchObject({ failure: null, observation: { state: { status } } });
    }
    const removed = await run(makeAction('delete', { spec }));
    expect(removed).toMatchObject({ failure: null, observation: { state: { status: 'missing' } } });
  });

  it('fails what the engine refuses, in its words, and says so to callers', async () => {
    const bad = await run(makeAction('create', { params: { run: true }, spec: makeSpec({ command: ['no-such-command'] }) }));
    expect(bad.failure).toMatch(/no-such-command/);
    const none = await run(makeAction('create', { spec: makeSpec({ image: 'none.invalid/none', imagePullPolicy: 'never' }) }));
    expect(none).toMatchObject({ failure: expect.stringContaining('is not present') as string, leftNothing: true });
    const unknown = transport.request(computeOn(HOST), getStats, { uuid: makeSpec().uuid }, TIMEOUT);
    await expect(unknown).rejects.toMatchObject({ errorClass: 'not-found', code: 'container-not-found' });
  });

  it('reports what ends by itself', async () => {
    const spec = makeSpec({ command: ['sh', '-c', 'sleep 1; exit 3'] });
    await run(makeAction('create', { spec, params: { run: true } }));
    const seen = (): string[] =>
      scheduler
        .of(containersObserved)
        .flatMap(({ observations }) => observations)
        .filter(({ uuid }) => uuid === spec.uuid)
        .map(({ state }) => state.statusDetail ?? '');
    await expect.poll(seen, { timeout: 10_000 }).toEqual([expect.stringMatching(/^Exited\(3\)/)]);
  });

  it.each([0, 20, 60, 120, 200, 350])('ends a create once when the engine is killed %i ms after it began', async (delayMs) => {
    const message = makeAction('create', { params: { run: true } });
    await send(message);
    await sleep(delayMs);
    await docker.kill();
    await sleep(300);
    await docker.start();
    const outcome = await scheduler.untilFinished(message.actionId, 60_000);
    expect(outcome.failure).toBeNull();
    expect(outcome.observation!.startedAt).not.toBeNull();
    const removed = await run(makeAction('delete', { spec: message.spec, params: { force: true } }));
    expect(removed.failure).toBeNull();
  });

  it.each(['stop', 'delete'] as const)('ends a %s when the engine is killed meanwhile', async (action) => {
    const create = makeAction('create', { params: { run: true } });
    await run(create);
    const message = makeAction(action, { spec: create.spec, params: action === 'delete' ? { force: true } : { timeoutS: 3 } });
    await send(message);
    await sleep(50);
    await docker.kill();
    await sleep(300);
    await docker.start();
    const outcome = await scheduler.untilFinished(message.actionId, 60_000);
    expect(outcome).toMatchObject({
      failure: null,
      observation: { state: { status: action === 'stop' ? 'Stopped' : 'missing' } },
    });
  });

  it('is told again what it had begun when it was stopped, and does the rest', async () => {
    const message = makeAction('create', { params: { run: true } });
    await send(message);
    await compute.close();
    await start();
    await send(message);
    const outcome = await scheduler.untilFinished(message.actionId);
    expect(outcome).toMatchObject({ failure: null, observation: { state: { status: 'Running' } } });
    expect(scheduler.of(actionFinished).filter(({ actionId }) => actionId === message.actionId).length).toBeGreaterThanOrEqual(1);
  });
});
