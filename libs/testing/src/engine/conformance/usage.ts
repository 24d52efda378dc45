import type { TimedStatsSample } from '@zun/driver-api';
import { DomainError } from '@zun/domain';
import { expect, it } from 'vitest';
import { named, refusal, type ConformanceContext } from './context.js';
import type { Lacks } from './engine-under-test.js';

/** Processes, use and limits of a running container. */
export function describeUsage(context: ConformanceContext, lacks: Lacks): void {
  const { run } = context;
  it('shows processes and use of a running container, and refuses for another', async () => {
    const uuid = await run();
    const top = await context.engine.top(uuid, null);
    expect(top.processes[0]).toHaveLength(top.titles.length);
    expect(top.processes[0]!.at(-1)).toContain('sleep 600');
    const stats = await context.engine.stats(uuid);
    expect(stats.memoryLimitBytes).toBeGreaterThan(0);
    expect(stats.systemCpuUsage).toBeGreaterThan(0);
    await context.engine.stop(uuid, 0);
    await expect(context.engine.stats(uuid)).rejects.toEqual(refusal('conflict'));
    await expect(context.engine.top(uuid, null)).rejects.toBeInstanceOf(DomainError);
  });

  it('samples the use of a running container until it stops, or nobody wants it any more', async () => {
    const uuid = await run({ memoryMib: 64 });
    const left = new AbortController();
    const one = (await context.engine.watchStats(uuid, left.signal))[Symbol.asyncIterator]();
    const other = (await context.engine.watchStats(uuid, new AbortController().signal))[Symbol.asyncIterator]();
    const first = (await one.next()).value as TimedStatsSample;
    const second = (await one.next()).value as TimedStatsSample;
    expect(first.systemCpuUsage).toBeGreaterThan(0);
    expect(first.memoryLimitBytes).toBe(64 * 1024 ** 2);
    expect(Date.parse(second.time)).toBeGreaterThan(Date.parse(first.time));
    const next = one.next();
    left.abort();
    for (let result = await next; !result.done;) result = await one.next();
    await context.engine.stop(uuid, 0);
    for (let result = await other.next(); !result.done;) result = await other.next();
    await expect(context.engine.watchStats(uuid, new AbortController().signal)).rejects.toEqual(refusal('conflict'));
  });

  it.skipIf(lacks.updateResources)(named('changes the limits of a live container', lacks.updateResources), async () => {
    const uuid = await run({ memoryMib: 64 });
    // More than twice as much, which needs more swap too; and back.
    for (const memoryMib of [300, 64]) {
      await context.engine.updateResources(uuid, { cpu: 0.5, memoryMib, memorySwap: -1 });
      expect((await context.engine.stats(uuid)).memoryLimitBytes).toBe(memoryMib * 1024 ** 2);
    }
  });
}
