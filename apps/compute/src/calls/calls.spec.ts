import { ContainerNotFoundError, EngineUnavailableError } from '@zun/domain';
import { makeSpec } from '@zun/testing';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness } from '../compute.harness.js';
import { CallsController } from './calls.controller.js';
import { TailOfLog } from './tail-of-log.js';

describe('the end of a log', () => {
  const text = (limit: number, ...chunks: (string | Uint8Array)[]): string => {
    const tail = new TailOfLog(limit);
    for (const chunk of chunks) tail.add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return tail.toString();
  };
  const note = expect.stringMatching(/^\[zun: this log is longer than 8 bytes; only its end is shown\..*\]\n/) as string;

  it('is all of it when it is short', () => {
    expect(text(8, 'one\n', 'two\n')).toBe('one\ntwo\n');
    expect(text(8)).toBe('');
  });
  it('begins with a note and a whole line when it is long', () => {
    const cut = text(8, 'one\ntwo\n', 'three\n', 'f\n');
    expect(cut).toEqual(note);
    expect(cut.split('\n').slice(1)).toEqual(['f', '']);
  });
  it('keeps the end of a single long chunk', () => {
    expect(text(8, 'a\nbbbbbbbbbbbbbb\ncc\n').split('\n').slice(1)).toEqual(['cc', '']);
  });
  it('replaces what is no UTF-8, and joins characters that came in pieces', () => {
    expect(text(100, Uint8Array.of(0xff, 0x61), Uint8Array.of(0xc3), Uint8Array.of(0xbc))).toBe('\ufffdaü');
  });
});

describe('calls', () => {
  let harness: Harness;
  let calls: CallsController;
  const LOGS = { stdout: true, stderr: true, timestamps: false, tail: null, since: null };
  async function run(command: readonly string[]): Promise<string> {
    const spec = makeSpec({ command });
    await harness.engine.create(spec, { image: 'busybox:latest', networks: [], defaultRuntime: null });
    await harness.engine.start(spec.uuid);
    return spec.uuid;
  }
  beforeEach(async () => {
    harness = await Harness.start();
    calls = harness.get(CallsController);
  });

  it('logs', async () => {
    const uuid = await run(['echo', 'hello']);
    expect(await calls.logs({ uuid, ...LOGS })).toEqual({ output: 'hello\n' });
  });
  it('execute', async () => {
    const uuid = await run(['sleep', '600']);
    const asked = { uuid, command: `sh -c 'echo hi; exit 2'`, interactive: false };
    expect(await calls.execute(asked)).toEqual({ output: 'hi\n', exitCode: 2 });
  });
  it('top and stats', async () => {
    const uuid = await run(['sleep', '600']);
    expect((await calls.top({ uuid, psArgs: null })).processes).toEqual([['1', 'sleep 600']]);
    expect((await calls.stats({ uuid })).memoryUsageBytes).toBe(1024 ** 2);
  });
  it('update of resources', async () => {
    const uuid = await run(['sleep', '600']);
    expect(await calls.update({ uuid, memoryMib: 64 })).toEqual({});
    expect(harness.world.containers.get(uuid)!.limits).toEqual({ cpu: 0, memoryMib: 64 });
  });
  it('tell at once that a container is not here, or that the engine is away', async () => {
    await expect(calls.stats({ uuid: randomUUID() })).rejects.toBeInstanceOf(ContainerNotFoundError);
    harness.world.goDown();
    await expect(calls.stats({ uuid: randomUUID() })).rejects.toBeInstanceOf(EngineUnavailableError);
  });
});
