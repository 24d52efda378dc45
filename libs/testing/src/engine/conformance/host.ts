import type { EngineEvent } from '@zun/driver-api';
import { describe, expect, it } from 'vitest';
import { type ConformanceContext } from './context.js';

/** What an engine tells of its host: the machine, its containers, and what happens to them. */
export function describeHost(context: ConformanceContext): void {
  const { create, run } = context;
  it('tells what its machine has', async () => {
    const info = await context.engine.info();
    expect(info.cpus).toBeGreaterThan(0);
    expect(info.memoryBytes).toBeGreaterThan(0);
    expect(info.runtimes.length).toBeGreaterThan(0);
    expect(info.rootDir).toMatch(/^\//);
  });

  it("lists this host's containers only, and leaves the others' alone", async () => {
    const mine = await create();
    const theirs = await create({}, context.subject.other);
    const listed = (await context.engine.list()).map(({ uuid }) => uuid);
    expect(listed).toContain(mine.uuid);
    expect(listed).not.toContain(theirs.uuid);
    expect(await context.engine.inspect(theirs.uuid)).toBeNull();
    await context.engine.remove(theirs.uuid, true);
    expect(await context.subject.other.inspect(theirs.uuid)).not.toBeNull();
  });

  describe('events', () => {
    it("tells of this host's containers from the moment it is ready, and ends quietly", async () => {
      const stop = new AbortController();
      const seen: EngineEvent[] = [];
      let ready = (): void => undefined;
      const isReady = new Promise<void>((resolve) => (ready = resolve));
      const reading = (async () => {
        for await (const event of context.engine.events(stop.signal, ready)) seen.push(event);
      })();
      await isReady;
      const theirs = await create({}, context.subject.other);
      const mine = await run();
      await context.engine.kill(mine, 'SIGKILL');
      await context.engine.remove(mine, true);
      const actions = (uuid: string): string[] => seen.filter((event) => event.uuid === uuid).map(({ action }) => action);
      await expect.poll(() => actions(mine)).toEqual(expect.arrayContaining(['create', 'start', 'die']));
      await expect.poll(() => actions(mine).some((action) => action === 'destroy' || action === 'remove')).toBe(true);
      expect(actions(theirs.uuid)).toEqual([]);
      stop.abort();
      await reading;
    });
  });
}
