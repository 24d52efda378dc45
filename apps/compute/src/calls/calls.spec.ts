import { ContainerNotFoundError, EngineUnavailableError } from '@zun/domain';
import { makeSpec } from '@zun/testing';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness } from '../compute.harness.js';
import { CallsController } from './calls.controller.js';

describe('calls', () => {
  let harness: Harness;
  let calls: CallsController;
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
