import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal, type ConformanceContext } from './context.js';

/** Verbs that take a container from one phase to another. */
export function describeLifecycle(context: ConformanceContext): void {
  const { create, run, look, untilPhase } = context;
  describe('start, stop, restart', () => {
    it('starts once, however often it is asked', async () => {
      const uuid = await run();
      const { state } = await look(uuid);
      expect(state).toMatchObject({ phase: 'running', startedAt: expect.any(String) as string });
      await context.engine.start(uuid);
      expect((await look(uuid)).state.startedAt).toBe(state.startedAt);
    });
    it('refuses to start what cannot run, and says why', async () => {
      const { uuid } = await create({ command: ['no-such-command'] });
      await expect(context.engine.start(uuid)).rejects.toThrow(/no-such-command/);
    });
    it('keeps the exit code of a process that ended by itself', async () => {
      const uuid = await run({ command: ['sh', '-c', 'exit 3'] });
      expect((await untilPhase(uuid, 'exited')).state).toMatchObject({ exitCode: 3, finishedAt: expect.any(String) as string });
    });
    it('stops, and stopping again is success', async () => {
      const uuid = await run();
      await context.engine.stop(uuid, 0);
      expect((await look(uuid)).state.phase).toBe('exited');
      await context.engine.stop(uuid, 0);
    });
    it('restarts a running and a stopped one', async () => {
      const uuid = await run();
      const first = (await look(uuid)).state.startedAt!;
      await context.engine.restart(uuid, 0);
      const second = (await look(uuid)).state;
      expect(second.phase).toBe('running');
      expect(Date.parse(second.startedAt!)).toBeGreaterThan(Date.parse(first));
      await context.engine.stop(uuid, 0);
      await context.engine.restart(uuid, 0);
      expect((await look(uuid)).state.phase).toBe('running');
    });
  });

  describe('pause, unpause, kill', () => {
    it('pauses and unpauses, each also when it is so already', async () => {
      const uuid = await run();
      await context.engine.pause(uuid);
      await context.engine.pause(uuid);
      expect((await look(uuid)).state.phase).toBe('paused');
      await context.engine.unpause(uuid);
      await context.engine.unpause(uuid);
      expect((await look(uuid)).state.phase).toBe('running');
    });
    it('refuses to pause what does not run', async () => {
      const { uuid } = await create();
      await expect(context.engine.pause(uuid)).rejects.toEqual(refusal('conflict'));
    });
    it('kills, and killing what has ended is success', async () => {
      const uuid = await run();
      await context.engine.kill(uuid, 'SIGKILL');
      expect((await untilPhase(uuid, 'exited')).state.exitCode).toBe(137);
      await context.engine.kill(uuid, 'SIGKILL');
    });
    it('refuses to kill what never ran', async () => {
      const { uuid } = await create();
      await expect(context.engine.kill(uuid, 'SIGKILL')).rejects.toEqual(refusal('conflict'));
    });
  });

  describe('remove', () => {
    it('refuses a running one unless forced', async () => {
      const uuid = await run();
      await expect(context.engine.remove(uuid, false)).rejects.toEqual(refusal('conflict'));
      await context.engine.remove(uuid, true);
      expect(await context.engine.inspect(uuid)).toBeNull();
    });
    it('succeeds when it is gone', async () => {
      await context.engine.remove(randomUUID(), false);
      await context.engine.remove(randomUUID(), true);
    });
    it('happens by itself with auto-remove', async () => {
      const uuid = await run({ command: ['true'], autoRemove: true });
      await expect.poll(() => context.engine.inspect(uuid), { timeout: 10_000 }).toBeNull();
    });
  });
}
